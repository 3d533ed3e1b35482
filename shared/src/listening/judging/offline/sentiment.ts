import { words } from '../../../assistant/offline/words.ts';
import { DEGREES, EMOJI, NEGATIONS, weightOf } from './sentiment-words.ts';

export interface Sentiment {
  /** −1 to 1. */
  readonly score: number;
  /** What it rests on, in lower case; the heaviest first. */
  readonly words: readonly string[];
}

/** A negation reaches this many words on. */
const REACH = 3;
/** How fast many words add up: VADER's constant (Hutto and Gilbert 2014), with which three strong words come near 1. */
const SATURATION = 15;

/** By a list of words: negations turn around what follows, degrees make it more or less. */
export function sentimentOf(text: string): Sentiment {
  const weighed: { word: string; weight: number }[] = [];
  for (const sentence of text.split(/[.!?…\n]+/)) {
    const spoken = words(sentence).map((word) => word.toLowerCase().replaceAll('’', "'"));
    for (const [index, word] of spoken.entries()) {
      const weight = weightOf(word);
      if (weight === 0) continue;
      const before = spoken.slice(Math.max(0, index - REACH), index);
      const turned = before.some((each) => NEGATIONS.has(each)) ? -0.75 : 1;
      weighed.push({ word, weight: weight * turned * (DEGREES[before.at(-1) ?? ''] ?? 1) });
    }
  }
  for (const sign of text) if (sign in EMOJI) weighed.push({ word: sign, weight: EMOJI[sign]! });

  const sum = weighed.reduce((total, { weight }) => total + weight, 0);
  const heaviest = weighed.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).map(({ word }) => word);
  return { score: sum / Math.hypot(sum, Math.sqrt(SATURATION)) || 0, words: [...new Set(heaviest)] };
}
