import { findIn, type TextRange } from '#lib/archive/reading/line-pieces.ts';

export interface TextPiece {
  text: string;
  from: number;
  isMarked: boolean;
}

/** A text cut where marked words begin and end. Whatever overlaps is one piece; nothing of the text is lost. */
export function markWords(text: string, words: readonly string[]): TextPiece[] {
  const pieces: TextPiece[] = [];
  const add = (from: number, to: number, isMarked: boolean) => {
    if (to > from) pieces.push({ text: text.slice(from, to), from, isMarked });
  };
  let end = 0;
  for (const { from, to } of joined(words.flatMap((word) => findIn(text, word.trim())))) {
    add(end, from, false);
    add(from, to, true);
    end = to;
  }
  add(end, text.length, false);
  return pieces;
}

function joined(ranges: readonly TextRange[]): TextRange[] {
  const found: TextRange[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  }
  return found;
}
