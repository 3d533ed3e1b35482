import type { Word } from '@nexus/shared/archive';

/** A part of a line that is drawn alike. */
export interface LinePiece {
  text: string;
  /** Where it begins in the line. */
  from: number;
  /** Index of the word, -1 between words. */
  word: number;
  isMatch: boolean;
}

export interface TextRange {
  from: number;
  to: number;
}

/** A line cut where words and matches begin and end. Words that are not in the text, in their order, are passed over. */
export function linePieces(text: string, words: readonly Word[], matches: readonly TextRange[]): LinePiece[] {
  const spoken = placeWords(text, words);
  const cuts = new Set([0, text.length, ...[...spoken, ...matches].flatMap(({ from, to }) => [from, to])]);
  const places = [...cuts].sort((a, b) => a - b);
  let word = 0;
  return places.slice(0, -1).map((from, at) => {
    while (word < spoken.length && spoken[word]!.to <= from) word++;
    const isInWord = spoken[word] !== undefined && spoken[word]!.from <= from;
    return {
      text: text.slice(from, places[at + 1]),
      from,
      word: isInWord ? spoken[word]!.index : -1,
      isMatch: matches.some((match) => match.from <= from && match.to > from),
    };
  });
}

function placeWords(text: string, words: readonly Word[]): (TextRange & { index: number })[] {
  const placed: (TextRange & { index: number })[] = [];
  let next = 0;
  for (const [index, word] of words.entries()) {
    const spelled = word.text.trim();
    const from = spelled === '' ? -1 : text.indexOf(spelled, next);
    if (from === -1) continue;
    next = from + spelled.length;
    placed.push({ from, to: next, index });
  }
  return placed;
}

/** Every place where the words stand, whatever their case. Without overlaps. */
export function findIn(text: string, wanted: string): TextRange[] {
  // A few letters change their length with their case: then the text is taken as it is.
  const folded = text.toLowerCase().length === text.length ? text.toLowerCase() : text;
  const needle = wanted.toLowerCase();
  const found: TextRange[] = [];
  if (needle === '') return found;
  for (let from = folded.indexOf(needle); from !== -1; from = folded.indexOf(needle, from + needle.length)) {
    found.push({ from, to: from + needle.length });
  }
  return found;
}
