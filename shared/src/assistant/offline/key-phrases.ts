import { isContentWord, stem } from './words.ts';

interface Phrase {
  readonly stems: readonly string[];
  count: number;
  /** How it is written, and how often so. */
  readonly forms: Map<string, number>;
}

const TOKEN = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]+/gu;

/**
 * Key phrases after RAKE (Rose et al. 2010): runs of content words between stop words and punctuation, scored by how often
 * and in what company their words stand. RAKE alone prefers long phrases said once, so the score grows with the count.
 */
export function keyPhrases(sentences: readonly string[], limit: number): string[] {
  const phrases = new Map<string, Phrase>();
  for (const sentence of sentences) for (const run of contentRuns(sentence)) addPhrases(phrases, run);

  const frequency = new Map<string, number>();
  const degree = new Map<string, number>();
  for (const { stems, count } of phrases.values()) {
    for (const key of stems) {
      frequency.set(key, (frequency.get(key) ?? 0) + count);
      degree.set(key, (degree.get(key) ?? 0) + count * stems.length);
    }
  }
  const scored = [...phrases.values()].map((phrase) => ({ phrase, score: score(phrase, degree, frequency) }));
  scored.sort((a, b) => b.score - a.score);
  // What was said once in a long text is chance.
  const repeated = scored.filter(({ phrase }) => phrase.count > 1);
  return distinct(
    (repeated.length >= 3 ? repeated : scored).map(({ phrase }) => phrase),
    limit,
  ).map(spelling);
}

function contentRuns(sentence: string): string[][] {
  const runs: string[][] = [[]];
  for (const token of sentence.match(TOKEN) ?? []) {
    if (isContentWord(token)) runs.at(-1)!.push(token);
    else if (runs.at(-1)!.length > 0) runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

/** Every part of a run of at most three words: verbs without a stop word before them would else hide the phrase. */
function addPhrases(phrases: Map<string, Phrase>, run: readonly string[]): void {
  const parts = run.flatMap((_, start) =>
    [1, 2, 3].map((length) => run.slice(start, start + length)).slice(0, run.length - start),
  );
  for (const tokens of parts) {
    const stems = tokens.map(stem);
    const key = stems.join(' ');
    const phrase = phrases.get(key) ?? { stems, count: 0, forms: new Map<string, number>() };
    phrase.count += 1;
    const form = tokens.join(' ');
    phrase.forms.set(form, (phrase.forms.get(form) ?? 0) + 1);
    phrases.set(key, phrase);
  }
}

function score({ stems, count }: Phrase, degree: Map<string, number>, frequency: Map<string, number>): number {
  const company = stems.reduce((sum, key) => sum + degree.get(key)! / frequency.get(key)!, 0);
  const letters = stems.join('').length;
  return company * Math.log2(1 + count) * (letters < 4 ? 0.5 : 1);
}

/** Leaves out what says no more than a phrase already taken. */
function distinct(phrases: readonly Phrase[], limit: number): Phrase[] {
  const taken: Phrase[] = [];
  for (const phrase of phrases) {
    if (taken.length === limit) break;
    const repeats = taken.some(
      ({ stems }) =>
        phrase.stems.every((key) => stems.includes(key)) || stems.every((key) => phrase.stems.includes(key)),
    );
    if (!repeats) taken.push(phrase);
  }
  return taken;
}

/** The commonest spelling; in lower case unless it is never written so (names). */
function spelling({ forms }: Phrase): string {
  const ordered = [...forms].sort((a, b) => b[1] - a[1]).map(([form]) => form);
  return ordered.find((form) => form === form.toLowerCase()) ?? ordered[0]!;
}
