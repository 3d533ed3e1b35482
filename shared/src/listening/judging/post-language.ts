/** What a network says when it does not know: X has several words for it. */
const UNKNOWN = /^(?:und|zxx|mul|q[a-z]{2})$/;
/** Too few letters tell nothing. */
const FEWEST_LETTERS = 12;

/** Whether a post may be in one of the languages. By what its network says; where it says nothing, by the letters it is written in. */
export function mayBeIn(languages: readonly string[], post: { language: string | null; text: string }): boolean {
  if (languages.length === 0) return true;
  const told = post.language ? primary(post.language) : null;
  if (told && !UNKNOWN.test(told)) return languages.some((language) => primary(language) === told);
  return isInScriptOf(languages, post.text);
}

/** Not every runtime knows that these were renamed. */
const FORMER: Record<string, string> = { iw: 'he', in: 'id', ji: 'yi', tl: 'fil' };

/** `pt-BR` is Portuguese; X still writes `in` and `iw` for Indonesian and Hebrew. */
function primary(tag: string): string {
  try {
    const language = new Intl.Locale(tag).language;
    if (language in FORMER) return FORMER[language]!;
    return language === 'nb' || language === 'nn' ? 'no' : language;
  } catch (error) {
    if (error instanceof RangeError) return tag.toLowerCase();
    throw error;
  }
}

const SCRIPTS: Record<string, string[]> = {
  Hans: ['Han'],
  Hant: ['Han'],
  Jpan: ['Han', 'Hira', 'Kana'],
  Kore: ['Hang', 'Han'],
};

/** Names and links are in Latin letters everywhere, so a fifth of the letters is enough. */
function isInScriptOf(languages: readonly string[], text: string): boolean {
  const letters = text.replace(/https?:\/\/\S+|[@#][\p{L}\p{N}_.]+/gu, '').match(/\p{L}/gu) ?? [];
  if (letters.length < FEWEST_LETTERS) return true;
  const scripts = new Set(languages.flatMap(scriptsOf));
  if (scripts.size === 0) return true;
  const ofThem = new RegExp(`[${[...scripts].map((script) => String.raw`\p{Script=${script}}`).join('')}]`, 'u');
  return letters.filter((letter) => ofThem.test(letter)).length >= letters.length / 5;
}

function scriptsOf(language: string): string[] {
  const { script } = new Intl.Locale(language).maximize();
  return script ? (SCRIPTS[script] ?? [script]) : [];
}
