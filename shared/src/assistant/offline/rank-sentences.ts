import { isContentWord, stem, words } from './words.ts';

type Vector = Map<string, number>;

export interface RankedSentence {
  /** Place in the text. */
  readonly index: number;
  readonly text: string;
  readonly score: number;
  readonly vector: Vector;
}

/**
 * Degree centrality in the graph of sentences that share words (LexRank's simple form, Erkan and Radev 2004): the sum of
 * a sentence's cosines with all others. For unit vectors that is its product with their sum, so it takes linear time.
 */
export function rankSentences(sentences: readonly string[], options: { preferStart: boolean }): RankedSentence[] {
  const counts = sentences.map(countStems);
  const documentFrequency = new Map<string, number>();
  for (const count of counts)
    for (const key of count.keys()) documentFrequency.set(key, (documentFrequency.get(key) ?? 0) + 1);
  const vectors = counts.map((count) =>
    unit(
      new Map([...count].map(([key, n]) => [key, n * Math.log(1 + sentences.length / documentFrequency.get(key)!)])),
    ),
  );
  const sum: Vector = new Map();
  for (const vector of vectors) for (const [key, weight] of vector) sum.set(key, (sum.get(key) ?? 0) + weight);

  return sentences.map((text, index) => {
    const vector = vectors[index]!;
    const centrality = vector.size === 0 ? 0 : dot(vector, sum) - 1;
    return {
      index,
      text,
      vector,
      score: centrality * fitness(text, vector.size) * startBonus(index, options.preferStart),
    };
  });
}

/** Picks up to `count` sentences: central ones that repeat each other little (maximal marginal relevance, λ = 0.7). In text order. */
export function pickSentences(
  ranked: readonly RankedSentence[],
  count: number,
  maxCharacters: number,
): RankedSentence[] {
  const best = Math.max(...ranked.map(({ score }) => score), Number.EPSILON);
  const picked: RankedSentence[] = [];
  const left = new Set(ranked.filter(({ text }) => text.length <= maxCharacters));
  let room = maxCharacters;
  while (picked.length < count && left.size > 0) {
    let chosen: RankedSentence | undefined;
    let chosenGain = -Infinity;
    for (const candidate of left) {
      const repetition = Math.max(0, ...picked.map(({ vector }) => dot(candidate.vector, vector)));
      const gain = 0.7 * (candidate.score / best) - 0.3 * repetition;
      if (candidate.text.length <= room && gain > chosenGain) [chosen, chosenGain] = [candidate, gain];
    }
    if (!chosen) break;
    picked.push(chosen);
    left.delete(chosen);
    room -= chosen.text.length + 1;
  }
  return picked.sort((a, b) => a.index - b.index);
}

function countStems(sentence: string): Vector {
  const counts: Vector = new Map();
  for (const word of words(sentence)) {
    if (!isContentWord(word)) continue;
    const key = stem(word);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Greetings and fragments say little; questions are seldom what a text says. */
function fitness(text: string, contentWords: number): number {
  return (contentWords < 4 ? 0.4 : 1) * (text.endsWith('?') ? 0.6 : 1);
}

/** Writers say first what it is about; speakers greet first. */
function startBonus(index: number, preferStart: boolean): number {
  return preferStart ? 1 + 0.5 * Math.exp(-index / 3) : 1;
}

function unit(vector: Vector): Vector {
  const length = Math.hypot(...vector.values());
  return length === 0 ? vector : new Map([...vector].map(([key, weight]) => [key, weight / length]));
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (const [key, weight] of a) sum += weight * (b.get(key) ?? 0);
  return sum;
}
