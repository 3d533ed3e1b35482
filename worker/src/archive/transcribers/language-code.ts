let byName: Map<string, string> | undefined;

/** ISO 639-1 of what a transcriber says: OpenAI writes "english", others "en" or "en-US". Null for what is neither. */
export function languageCode(said: string): string | null {
  const name = said.trim().toLowerCase();
  const tag = /^([a-z]{2})(?:[-_][a-z0-9]+)*$/.exec(name)?.[1];
  return tag ?? (byName ??= englishNames()).get(name) ?? null;
}

function englishNames(): Map<string, string> {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  const found = new Map<string, string>();
  for (const first of letters) {
    for (const second of letters) {
      const name = names.of(first + second)?.toLowerCase();
      if (name !== undefined && !found.has(name)) found.set(name, first + second);
    }
  }
  return found;
}
