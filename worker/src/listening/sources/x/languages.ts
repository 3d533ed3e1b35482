/** X's own names for a text without a language: links, pictures, a word or two. */
const NO_LANGUAGE = /^(und|zxx|art|q..)$/;
/** Codes that ISO gave up and X kept. */
const KEPT: Record<string, string> = { in: 'id', iw: 'he', ji: 'yi' };
const GIVEN_UP = Object.fromEntries(Object.entries(KEPT).map(([kept, code]) => [code, kept]));

/** BCP 47 of what X says; null for no language. */
export const languageOf = (code: string | null | undefined): string | null =>
  !code || NO_LANGUAGE.test(code) ? null : (KEPT[code] ?? code);

/** As X's search wants it: the first part alone. */
export function searchedLanguage(tag: string): string {
  const [first = ''] = tag.split('-');
  return GIVEN_UP[first] ?? first;
}
