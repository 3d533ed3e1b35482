import type { DocumentBlock } from './extracted-document.ts';
import type { PdfLine } from './pdf-lines.ts';

const BULLET = /^[•▪◦‣●■]\s*/;
const SENTENCE_END = /[.!?…:;»”"')\]]$/;
const BROKEN_WORD = /(\p{L}+)[-\u00ad\u2010]$/u;
/** A heading's letters are at least this much larger than the body's. */
const HEADING_SCALE = 1.15;
const MAX_HEADING_CHARACTERS = 200;

interface Typography {
  bodySize: number;
  /** Usual distance between the lines of a paragraph, in font sizes. */
  leading: number;
  /** Distinct heading sizes, largest first. */
  headingSizes: number[];
  /** Words written with a hyphen somewhere inside a line: their hyphen stays when a line ends at it. */
  hyphenated: ReadonlySet<string>;
}

/** Rebuilds paragraphs from lines, over columns and pages: by distance, indent, size of letters and how sentences end. */
export function blocksOfLines(lines: readonly PdfLine[]): DocumentBlock[] {
  const typography = measure(lines);
  const groups: PdfLine[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && continues(last, line, group, typography)) group.push(line);
    else groups.push([line]);
  }
  return groups.map((group) => blockOf(group, typography));
}

function continues(last: PdfLine, next: PdfLine, group: PdfLine[], { leading }: Typography): boolean {
  if (BULLET.test(next.text)) return false;
  if (Math.abs(last.fontSize - next.fontSize) > last.fontSize * 0.1) return false;
  const drop = last.y - next.y;
  // Another column or page: the sentence itself tells whether it goes on.
  if (next.page !== last.page || drop <= 0) return !SENTENCE_END.test(last.text) && /^\p{Ll}/u.test(next.text);
  if (drop > last.fontSize * leading * 1.35) return false;
  const isIndented = next.x > last.x + last.fontSize * 0.8;
  const isFirstOfGroup = group.length === 1;
  return !(isIndented && (!isFirstOfGroup || SENTENCE_END.test(last.text)));
}

function blockOf(group: PdfLine[], { bodySize, headingSizes, hyphenated }: Typography): DocumentBlock {
  const text = group.map((line) => line.text).reduce((joined, next) => joinLines(joined, next, hyphenated));
  const page = group[0]?.page ?? 1;
  const size = roundedSize(group[0]?.fontSize ?? bodySize);
  if (size >= bodySize * HEADING_SCALE && text.length <= MAX_HEADING_CHARACTERS) {
    const rank = headingSizes.indexOf(size);
    return { kind: 'heading', level: Math.min(6, rank < 0 ? 6 : rank + 1), page, text };
  }
  return BULLET.test(text)
    ? { kind: 'list-item', page, text: text.replace(BULLET, '') || text }
    : { kind: 'paragraph', page, text };
}

function joinLines(joined: string, next: string, hyphenated: ReadonlySet<string>): string {
  const start = BROKEN_WORD.exec(joined.slice(-60))?.[1];
  const rest = /^\p{Ll}+/u.exec(next)?.[0];
  if (start === undefined || rest === undefined) return `${joined} ${next}`;
  const isCompound = hyphenated.has(`${start}-${rest}`.toLowerCase());
  return (isCompound ? joined : joined.slice(0, -1)) + next;
}

function measure(lines: readonly PdfLine[]): Typography {
  const characters = new Map<number, number>();
  const gaps: number[] = [];
  const hyphenated = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const size = roundedSize(line.fontSize);
    characters.set(size, (characters.get(size) ?? 0) + line.text.length);
    const next = lines[index + 1];
    const gap = next && next.page === line.page && line.fontSize > 0 ? (line.y - next.y) / line.fontSize : 0;
    if (gap > 0.8 && gap < 2.5) gaps.push(gap);
    for (const [word] of line.text.matchAll(/\p{L}+-\p{L}+/gu)) hyphenated.add(word.toLowerCase());
  }
  const bodySize = [...characters].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 10;
  const headingSizes = [...characters.keys()]
    .filter((size) => size >= bodySize * HEADING_SCALE)
    .toSorted((a, b) => b - a);
  // A quarter of the way up: paragraph gaps may outnumber line gaps where paragraphs are short.
  const leading = gaps.toSorted((a, b) => a - b)[gaps.length >> 2] ?? 1.3;
  return { bodySize, leading, headingSizes, hyphenated };
}

function roundedSize(size: number): number {
  return Math.round(size * 2) / 2;
}
