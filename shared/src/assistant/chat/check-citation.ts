import { isContentWord, stem, words } from '../offline/words.ts';
import type { Pointer } from './answer-reader.ts';
import type { ReadPassage } from './read-passage.ts';
import { findQuote, placedWords } from './quoted-words.ts';

/** A place in a passage that bears a statement. */
export interface Anchor {
  readonly passage: ReadPassage;
  /** In the passage's text, UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** What was found there: the quoted words, or the statement's own. */
  readonly checked: 'quote' | 'statement';
}

/** Fewer quoted words would be found in almost any text. */
const SHORTEST_QUOTE = 3;
/** Share of a statement's own words that a place must hold to bear it without a quotation. */
const STATEMENT_SHARE = 0.6;
const STATEMENT_WORDS = 3;

/**
 * Where the archive bears a statement, or null when it does not. The quoted words must stand in the passage, word by word;
 * when they stand in another one that was read, the model took the wrong number, and that one is cited. Without such words
 * the passage is kept only if two neighbouring sentences of it hold most of the statement's own words and all its numbers.
 * A number that no passage has is nothing.
 */
export function checkCitation(statement: string, pointer: Pointer, passages: readonly ReadPassage[]): Anchor | null {
  const cited = passages.find(({ n }) => n === pointer.n);
  if (!cited) return null;
  if (pointer.quote && isTelling(pointer.quote, statement)) {
    for (const passage of [cited, ...passages.filter((other) => other !== cited)]) {
      const found = findQuote(passage.text, pointer.quote);
      if (found) return { passage, ...found, checked: 'quote' };
    }
  }
  const found = findStatement(cited.text, statement);
  return found && { passage: cited, ...found, checked: 'statement' };
}

/** A short quotation counts when the statement repeats it, as a name or a number does. */
function isTelling(quote: string, statement: string): boolean {
  const found = placedWords(quote);
  if (found.length < SHORTEST_QUOTE) return findQuote(statement, quote) !== null;
  return found.some(({ word }) => /\p{N}/u.test(word) || isContentWord(word));
}

/** The sentence, or two, of a text that holds a statement's words. */
export function findStatement(text: string, statement: string): { start: number; end: number } | null {
  const wanted = new Set(words(statement).filter(isContentWord).map(stem));
  const numbers = placedWords(statement).flatMap(({ word }) => (/^\p{N}+$/u.test(word) ? [word] : []));
  if (wanted.size + numbers.length < STATEMENT_WORDS) return null;

  const sentences = [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)];
  let best: { start: number; end: number; share: number } | null = null;
  for (const [index, { index: start, segment }] of sentences.entries()) {
    for (const next of ['', sentences[index + 1]?.segment ?? '']) {
      const window = segment + next;
      const here = new Set(words(window).map(stem));
      const hereNumbers = new Set(placedWords(window).map(({ word }) => word));
      if (numbers.some((number) => !hereNumbers.has(number))) continue;
      const share = [...wanted].filter((word) => here.has(word)).length / Math.max(1, wanted.size);
      const end = start + window.trimEnd().length;
      // Of places that hold as much the shortest is meant.
      const isBetter =
        best === null || share > best.share || (share === best.share && end - start < best.end - best.start);
      if (share >= STATEMENT_SHARE && isBetter) best = { start, end, share };
    }
  }
  return best && { start: best.start, end: best.end };
}
