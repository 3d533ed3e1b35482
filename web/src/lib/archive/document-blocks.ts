import type { PlacedSegment } from './open-item.svelte.ts';

export type DocumentBlock =
  | { type: 'heading' | 'paragraph' | 'quote' | 'code'; segment: PlacedSegment }
  | { type: 'list'; segments: PlacedSegment[] }
  | { type: 'rows'; segments: PlacedSegment[] }
  | { type: 'page'; page: number };

const GATHERED = { 'list-item': 'list', 'table-row': 'rows' } as const;
const SINGLE = {
  heading: 'heading',
  quote: 'quote',
  code: 'code',
  paragraph: 'paragraph',
  speech: 'paragraph',
} as const;

/** Neighbouring list items become one list, rows one table; a new page of a PDF is announced before its first block. */
export function documentBlocks(segments: readonly PlacedSegment[]): DocumentBlock[] {
  const blocks: DocumentBlock[] = [];
  let page: number | null = null;
  for (const segment of segments) {
    if (segment.page !== null && segment.page !== page) blocks.push({ type: 'page', page: segment.page });
    page = segment.page;
    if (segment.kind === 'list-item' || segment.kind === 'table-row') {
      const type = GATHERED[segment.kind];
      const last = blocks.at(-1);
      if (last?.type === type) last.segments.push(segment);
      else blocks.push({ type, segments: [segment] });
    } else {
      blocks.push({ type: SINGLE[segment.kind], segment });
    }
  }
  return blocks;
}

/** Pieces that the browser can leave undrawn while they are far away. */
export function inGroups<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}
