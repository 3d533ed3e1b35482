/** The engines read about 220 tokens and keep the end; a token is three to four letters of English and fewer of others. */
const MOST_CHARACTERS = 500;

/** The vocabulary as a text that could have been said before: engines spell on as it does. Empty without words. */
export function vocabularyPrompt(vocabulary: readonly string[] = []): string {
  let prompt = '';
  for (const term of vocabulary) {
    const longer = prompt === '' ? term : `${prompt}, ${term}`;
    if (longer.length >= MOST_CHARACTERS) break;
    prompt = longer;
  }
  return prompt === '' ? '' : `${prompt}.`;
}
