import { isContentWord, stem, words } from '../offline/words.ts';
import { findStatement } from './check-citation.ts';

/** `[3]`, as it stands in an answer's text. */
export const CITATION_MARK = /\[(\d{1,3})\]/g;

/** Shorter ones say nothing that could be backed: “Yes.”, “In short:”. */
const SHORTEST_STATEMENT = 3;

/** The last sentence of an answer so far, without marks: what a citation that follows now stands for. */
export function statementBefore(text: string): string {
  const paragraph = text.slice(text.lastIndexOf('\n') + 1).replace(CITATION_MARK, ' ');
  const found = sentencesOf(paragraph).map(({ text: sentence }) => sentence);
  return found.findLast((sentence) => words(sentence).length > 0) ?? '';
}

interface Statement {
  readonly text: string;
  /** Behind its last word and mark, in the whole answer. */
  readonly end: number;
  readonly marks: readonly number[];
}

/**
 * Where the statements end that nothing backs. A statement is backed by a mark of its own, or by a later one in its paragraph
 * whose passage holds its words; openings that end with a colon, questions, headings and what the model says is not there need none.
 */
export function unbackedStatements(
  text: string,
  passageOf: (n: number) => string | undefined,
  absentAt: readonly number[],
): number[] {
  const unbacked: number[] = [];
  let from = 0;
  for (const line of text.split('\n')) {
    const statements = /^\s*#/.test(line) ? [] : statementsOf(line, from);
    for (const [index, statement] of statements.entries()) {
      const start = statements[index - 1]?.end ?? from;
      const isAbsence = absentAt.some((at) => at > start && at <= statement.end + 1);
      if (statement.marks.length > 0 || isAbsence || !needsBacking(statement.text)) continue;
      const later = statements.slice(index + 1).flatMap(({ marks }) => marks);
      const isBacked = later.some((n) => findStatement(passageOf(n) ?? '', statement.text) !== null);
      if (!isBacked) unbacked.push(statement.end);
    }
    from += line.length + 1;
  }
  return unbacked;
}

function needsBacking(statement: string): boolean {
  if (/[:?：？]["»”’)*_]*$/u.test(statement.trim())) return false;
  return new Set(words(statement).filter(isContentWord).map(stem)).size >= SHORTEST_STATEMENT;
}

/** Sentences of one line; marks behind a full stop belong to the sentence before it. */
function statementsOf(line: string, from: number): Statement[] {
  const found: { text: string; end: number; marks: number[] }[] = [];
  // Marks are no words: they are blanked out, so that “[1]” begins no sentence.
  const blank = line.replace(CITATION_MARK, (mark) => ' '.repeat(mark.length));
  for (const { text, start } of sentencesOf(blank)) {
    if (words(text).length === 0) continue;
    found.push({ text, end: from + start + text.trimEnd().length, marks: [] });
  }
  for (const mark of line.matchAll(CITATION_MARK)) {
    const at = from + mark.index;
    const owner = found.findLast((statement, index) => index === 0 || (found[index - 1]?.end ?? from) < at);
    // Between two sentences a mark belongs to the one before.
    const before = found.findLast((statement) => statement.end <= at);
    const statement = before && isOnlySpaceBetween(line, before.end - from, mark.index) ? before : owner;
    if (!statement) continue;
    statement.marks.push(Number(mark[1]));
    if (statement === before) statement.end = at + mark[0].length;
  }
  return found;
}

function isOnlySpaceBetween(line: string, start: number, end: number): boolean {
  return line.slice(start, end).replace(CITATION_MARK, '').trim() === '';
}

/** Full stops after numbers and single letters end none: “1. First”, “J. Smith”. */
function sentencesOf(text: string): { text: string; start: number }[] {
  const found: { text: string; start: number }[] = [];
  for (const { segment, index } of new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)) {
    const last = found.at(-1);
    if (last && /(?:^|[\s(])(?:\p{L}|\d{1,3})\.\s*$/u.test(last.text)) last.text += segment;
    else found.push({ text: segment, start: index });
  }
  return found;
}
