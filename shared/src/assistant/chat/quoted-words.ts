/** A word as it is compared, and where it stands in its text (UTF-16 units). */
export interface PlacedWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** Scripts without spaces are compared sign by sign. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{N}\p{M}])+/gu;

/** Words without case, punctuation and the ways to write the same letter. */
export function placedWords(text: string): PlacedWord[] {
  return [...text.matchAll(WORD)].map(({ 0: found, index }) => ({
    word: found.normalize('NFKC').toLowerCase().replaceAll('ё', 'е'),
    start: index,
    end: index + found.length,
  }));
}

/** Where a quotation stands in a text, word by word. `…` in it leaves words out; each part then needs two. */
export function findQuote(text: string, quote: string): { start: number; end: number } | null {
  const parts = quote
    .split(/…|\.{3,}|\[\s*\.*\s*\]/)
    .map((part) => placedWords(part).map(({ word }) => word))
    .filter((part) => part.length > 0);
  if (parts.length === 0 || (parts.length > 1 && parts.some((part) => part.length < 2))) return null;
  const words = placedWords(text);
  let from = 0;
  let first: number | null = null;
  for (const part of parts) {
    const at = indexOfWords(words, part, from);
    if (at === -1) return null;
    first ??= at;
    from = at + part.length;
  }
  return { start: words[first!]!.start, end: words[from - 1]!.end };
}

function indexOfWords(words: readonly PlacedWord[], part: readonly string[], from: number): number {
  for (let at = from; at + part.length <= words.length; at += 1) {
    if (part.every((word, offset) => words[at + offset]!.word === word)) return at;
  }
  return -1;
}
