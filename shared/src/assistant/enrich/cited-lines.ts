import type { TextSegment } from '../enricher.ts';

/** A line as the model sees it, with the short id by which it must name its evidence. */
export interface CitedLine {
  /** `s1`, `s2`, …: one per line of the whole text, so that parts never share one. */
  readonly id: string;
  readonly text: string;
  /** Index of the first segment in it. */
  readonly segment: number;
}

/** Short cues are joined, so that ids stay few; long blocks are cut, so that every part of a text has whole lines. */
const JOINED_CHARACTERS = 280;
const LONGEST_CHARACTERS = 900;

/** The text line by line: what one speaker says in a row, or one block of a document. */
export function citedLines(segments: readonly TextSegment[]): CitedLine[] {
  const lines: { text: string; segment: number; speaker: string | null; isSpeech: boolean }[] = [];
  for (const [index, { text: raw, kind = 'speech', speaker = null }] of segments.entries()) {
    const text = raw.replace(/\s+/g, ' ').trim();
    if (text === '') continue;
    const isSpeech = kind === 'speech';
    const last = lines.at(-1);
    if (isSpeech && last?.isSpeech && last.speaker === speaker && last.text.length + text.length < JOINED_CHARACTERS) {
      last.text += ` ${text}`;
      continue;
    }
    const opening = `${kind === 'heading' ? '# ' : ''}${isSpeech && speaker ? `${speaker}: ` : ''}`;
    for (const [piece, part] of cut(text).entries())
      lines.push({ text: piece === 0 ? opening + part : part, segment: index, speaker, isSpeech });
  }
  return lines.map(({ text, segment }, index) => ({ id: `s${index + 1}`, text, segment }));
}

/** Between words where there are some. */
function cut(text: string): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > LONGEST_CHARACTERS) {
    const space = rest.lastIndexOf(' ', LONGEST_CHARACTERS);
    const end = space > LONGEST_CHARACTERS / 2 ? space : LONGEST_CHARACTERS;
    pieces.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  if (rest !== '') pieces.push(rest);
  return pieces;
}

export const renderLine = ({ id, text }: CitedLine): string => `[${id}] ${text}`;

export const renderLines = (lines: readonly CitedLine[]): string => lines.map(renderLine).join('\n');

/** Parts of at most `room` characters when rendered. Of more than `most` parts, as many are left, evenly spread over the text. */
export function splitLines(
  lines: readonly CitedLine[],
  room: number,
  most: number,
): { parts: CitedLine[][]; readShare: number } {
  const parts: CitedLine[][] = [];
  let used = room;
  for (const line of lines) {
    const length = renderLine(line).length + 1;
    if (used + length > room) {
      parts.push([]);
      used = 0;
    }
    parts.at(-1)!.push(line);
    used += length;
  }
  if (parts.length <= most) return { parts, readShare: 1 };
  const spread = Array.from({ length: most }, (_, index) => parts[Math.floor((index * parts.length) / most)]!);
  return { parts: spread, readShare: most / parts.length };
}
