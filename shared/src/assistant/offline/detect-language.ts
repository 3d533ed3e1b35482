import { isStopWord, STOP_WORD_LANGUAGES } from './stop-words.ts';
import { words } from './words.ts';

/**
 * Tells English and Russian by their function words, which make up a third of running text; anything below a tenth is
 * left untold. The first 2,000 words decide.
 */
export function detectLanguage(text: string): string | null {
  const sample = words(text.slice(0, 20_000))
    .slice(0, 2000)
    .map((word) => word.toLowerCase());
  // Ukrainian and Belarusian share words with Russian, but not these letters.
  if (/[іїєґў]/i.test(text.slice(0, 20_000))) return null;
  const shares = STOP_WORD_LANGUAGES.map((language) => ({
    language,
    share: sample.filter((word) => isStopWord(word, language)).length / Math.max(1, sample.length),
  })).sort((a, b) => b.share - a.share);
  const best = shares[0];
  return best && best.share > 0.1 ? best.language : null;
}
