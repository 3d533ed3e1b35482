import { decodeText } from './encoding.ts';
import type { DocumentAdapter, DocumentBlock } from './extracted-document.ts';

const LIST_MARK = /^\s*(?:[-*•–]|\d{1,3}[.)])\s+/;
/** Lines of this length are the work of an editor that wraps; shorter ones end where their author ended them. */
const WRAPPED = { minMedian: 45, maxLength: 120 };

/** Plain text: paragraphs at blank lines, lines joined where an editor has wrapped them. */
export const plainText: DocumentAdapter = {
  id: 'text',
  maxBytes: 20e6,

  extract(bytes) {
    const source = decodeText(bytes).text.replace(/\r\n?|[\u2028\u2029\f\v]/g, '\n');
    return { blocks: source.split(/\n[^\S\n]*\n+/).flatMap(blocksOfParagraph) };
  },
};

function blocksOfParagraph(paragraph: string): DocumentBlock[] {
  const lines = paragraph.split('\n').filter((line) => line.trim() !== '');
  const isList = lines.some((line) => LIST_MARK.test(line));
  if (!isList && isWrapped(lines)) return [{ kind: 'paragraph', text: singleSpaced(lines.join(' ')) }];
  return lines.map((line) => ({
    kind: LIST_MARK.test(line) ? 'list-item' : 'paragraph',
    text: singleSpaced(LIST_MARK.test(line) ? line.replace(LIST_MARK, '') : line),
  }));
}

function isWrapped(lines: string[]): boolean {
  if (lines.length < 2) return false;
  const lengths = lines
    .slice(0, -1)
    .map(({ length }) => length)
    .toSorted((a, b) => a - b);
  return (lengths[lengths.length >> 1] ?? 0) >= WRAPPED.minMedian && (lengths.at(-1) ?? 0) <= WRAPPED.maxLength;
}

function singleSpaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
