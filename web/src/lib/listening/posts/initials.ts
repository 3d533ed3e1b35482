/** One or two letters that stand for somebody: of the first and last word of the name, else of the handle. */
export function initials(name: string, handle: string): string {
  const words = lettersOf(name).length > 0 ? lettersOf(name) : lettersOf(handle);
  const chosen = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  return chosen.map(firstLetter).join('').toLocaleUpperCase() || '?';
}

const lettersOf = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];
const firstLetter = (word: string): string => String.fromCodePoint(word.codePointAt(0)!);
