import { isAnyStopWord } from './stop-words.ts';

/** Words with inner apostrophes and hyphens kept: “don't”, “кое-что”, “GPT-4”. */
const WORD = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;

const RUSSIAN_ENDING =
  /(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ться|ить|ать|ять|еть|ешь|ете|ает|ают|ов|ев|ей|ий|ый|ой|ая|яя|ое|ее|ые|ие|ом|ем|ам|ям|ах|ях|ую|юю|ия|ии|ию|ся|у|ю|а|я|о|е|ы|и|ь)$/;

export function words(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** The same word in another form mostly gives the same stem. Cruder than Snowball, and enough to count by. */
export function stem(word: string): string {
  const lower = word.toLowerCase().replaceAll('’', "'").replaceAll('ё', 'е').replace(/'s$/, '');
  if (/[а-я]/.test(lower)) return lower.length <= 4 ? lower : shortened(lower, RUSSIAN_ENDING, '');
  if (lower.length <= 3 || /\d/.test(lower)) return lower;
  if (lower.endsWith('ies')) return `${lower.slice(0, -3)}y`;
  if (lower.length > 5 && /(?:ing|ed)$/.test(lower)) return shortened(lower, /(?:ing|ed)$/, '');
  return /[^su]s$/.test(lower) ? lower.slice(0, -1) : lower;
}

function shortened(word: string, ending: RegExp, replacement: string): string {
  const rest = word.replace(ending, replacement);
  return rest.length >= 3 ? rest : word;
}

/** A word that can stand for a topic. */
export function isContentWord(word: string): boolean {
  const lower = word.toLowerCase().replaceAll('’', "'");
  return lower.length > 1 && /\p{L}/u.test(lower) && !isAnyStopWord(lower);
}
