import { stem, words } from '../offline/words.ts';
import type { Anchor } from './check-citation.ts';
import { questionWords } from './question-words.ts';
import type { ReadPassage } from './read-passage.ts';

const MOST_SENTENCES = 5;
/** A sentence must answer at least this share as well as the best one does. */
const LEAST_SHARE = 0.45;
/** Two that share more of their words say the same. */
const MOST_REPETITION = 0.6;
/** Speech without full stops is cut at its cues. */
const LONGEST_SENTENCE = 320;

interface Sentence extends Anchor {
  readonly stems: ReadonlySet<string>;
  readonly score: number;
}

/** What is asked now counts for more than what it follows up. */
const OWN_WORDS = 3;

/** The sentences that hold most of what is asked, none said twice, in the order of the passages. */
export function extractSentences(
  question: string,
  queries: readonly string[],
  passages: readonly ReadPassage[],
): Anchor[] {
  const own = new Set(questionWords(question).map(stem));
  const wanted = new Set(queries.flatMap(questionWords).map(stem));
  const all = passages.flatMap((passage) => sentencesOf(passage));
  const frequency = new Map<string, number>();
  for (const { stems } of all) for (const word of stems) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const weight = (word: string) =>
    (own.has(word) ? OWN_WORDS : 1) * Math.log(1 + all.length / (frequency.get(word) ?? 1));

  const scored = all
    .map((sentence): Sentence => {
      const matched = [...sentence.stems]
        .filter((word) => wanted.has(word))
        .reduce((sum, word) => sum + weight(word), 0);
      // Of two that hold the same words the better passage decides, and a statement goes before a question.
      const isQuestion = sentence.passage.text.slice(sentence.start, sentence.end).endsWith('?');
      return { ...sentence, score: matched * (1 + 0.2 / sentence.passage.n) * (isQuestion ? 0.6 : 1) };
    })
    .filter(({ score, stems }) => score > 0 && stems.size >= 3)
    .sort((a, b) => b.score - a.score);
  const best = scored[0]?.score ?? 0;

  const picked: Sentence[] = [];
  for (const sentence of scored) {
    if (picked.length === MOST_SENTENCES || sentence.score < best * LEAST_SHARE) break;
    if (picked.every((other) => repetition(sentence.stems, other.stems) < MOST_REPETITION)) picked.push(sentence);
  }
  return picked.sort((a, b) => a.passage.n - b.passage.n || a.start - b.start);
}

function sentencesOf(passage: ReadPassage): Omit<Sentence, 'score'>[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  return [...segmenter.segment(passage.text)]
    .flatMap(({ segment, index }) =>
      segment.length > LONGEST_SENTENCE
        ? cutAtParts(passage, index, index + segment.length)
        : [{ start: index, end: index + segment.length }],
    )
    .map(({ start, end }) => {
      const text = passage.text.slice(start, end);
      const from = start + (text.length - text.trimStart().length);
      return {
        passage,
        start: from,
        end: from + text.trim().length,
        checked: 'quote' as const,
        stems: new Set(words(text).map(stem)),
      };
    })
    .filter(({ start, end }) => end > start);
}

function cutAtParts({ parts }: ReadPassage, start: number, end: number): { start: number; end: number }[] {
  const cuts = [start, ...parts.map(({ offset }) => offset).filter((offset) => offset > start && offset < end), end];
  return cuts.slice(1).map((cut, index) => ({ start: cuts[index]!, end: cut }));
}

function repetition(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / Math.max(1, Math.min(a.size, b.size));
}
