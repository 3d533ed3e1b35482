import { sql } from 'kysely';
import type { ItemKind } from '../archive/contracts.ts';
import type { Tx } from '../platform/index.ts';
import type { Mark, Passage } from './contracts.ts';
import type { Ranked } from './bm25.ts';

/** Control characters that chunk texts never hold. */
const START = '\u0001';
const STOP = '\u0002';

interface Row {
  id: string;
  number: number;
  item_id: string;
  title: string;
  kind: ItemKind;
  heading: string | null;
  marked: string;
  speaker: string | null;
  start_seconds: number | null;
  end_seconds: number | null;
  segment_offsets: number[];
  segment_positions: number[];
  segment_seconds: number[] | null;
}

/** The texts behind a page of a ranking, with the question's words marked by the text search that indexed them. */
export async function readPassages(tx: Tx, page: readonly Ranked[], lexemes: readonly string[]): Promise<Passage[]> {
  if (page.length === 0) return [];
  const query = lexemes.map((lexeme) => `'${lexeme.replaceAll(/['\\]/g, '$&$&')}'`).join(' | ');
  const options = `HighlightAll=true, StartSel="${START}", StopSel="${STOP}"`;
  const { rows } = await sql<Row>`
    select c.id, c.number, c.item_id, i.title, i.kind, c.heading, c.speaker, c.start_seconds, c.end_seconds,
      c.segment_offsets, c.segment_positions, c.segment_seconds,
      ts_headline(c.configuration::regconfig, c.text, ${query}::tsquery, ${options}) as marked
    from chunks c join items i on i.id = c.item_id
    where c.number = any(${page.map(({ number }) => number)}::integer[])
  `.execute(tx);
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  // A chunk may have gone between ranking and reading.
  return page.flatMap(({ number, score }) => {
    const row = byNumber.get(number);
    return row ? [toPassage(row, score)] : [];
  });
}

function toPassage(row: Row, score: number): Passage {
  const { text, marks } = readMarks(row.marked);
  const best = bestPart(row.segment_offsets, marks, text);
  const isRecording = row.start_seconds !== null;
  return {
    id: row.id,
    itemId: row.item_id,
    title: row.title,
    kind: row.kind,
    heading: sectionOf(row.heading, row.title),
    text,
    marks,
    startSeconds: isRecording ? (row.segment_seconds?.[best] ?? row.start_seconds) : null,
    endSeconds: isRecording ? row.end_seconds : null,
    paragraph: isRecording ? null : (row.segment_positions[best] ?? 0),
    speaker: row.speaker,
    score,
  };
}

function readMarks(marked: string): { text: string; marks: Mark[] } {
  const marks: Mark[] = [];
  let text = '';
  for (const [index, piece] of marked.split(START).entries()) {
    const [word = '', rest] = index === 0 ? ['', piece] : piece.split(STOP);
    if (word !== '') marks.push({ start: text.length, end: text.length + word.length });
    text += word + (rest ?? '');
  }
  return { text, marks };
}

/** The segment with the most different words asked for, the next one counting half: a sentence often runs over two cues. */
function bestPart(offsets: readonly number[], marks: readonly Mark[], text: string): number {
  const wordsAt = offsets.map((start, index) => {
    const end = offsets[index + 1] ?? text.length;
    const inside = marks.filter((mark) => mark.start >= start && mark.start < end);
    return new Set(inside.map((mark) => text.slice(mark.start, mark.end).toLowerCase())).size;
  });
  let best = 0;
  let bestWorth = 0;
  for (const [index, words] of wordsAt.entries()) {
    const worth = words === 0 ? 0 : words + (wordsAt[index + 1] ?? 0) / 2;
    if (worth > bestWorth) [best, bestWorth] = [index, worth];
  }
  return best;
}

/** `heading` holds the title it was indexed under as well; the answer names that apart. */
function sectionOf(heading: string | null, title: string): string | null {
  if (!heading || heading === title) return null;
  return heading.startsWith(`${title} — `) ? heading.slice(title.length + 3) : heading;
}
