import { newestSegments } from '../../archive/newest-segments.ts';
import { ItemKind } from '../../archive/contracts.ts';
import type { Tx } from '../../platform/index.ts';
import { withoutUnseen } from './plain-passage.ts';
import type { PassagePart } from './read-passage.ts';

/** A chunk with everything a citation of it needs. */
export interface FoundChunk {
  readonly id: string;
  readonly itemId: string;
  /** Among the item's chunks. */
  readonly position: number;
  readonly title: string;
  readonly kind: ItemKind;
  readonly heading: string | null;
  readonly text: string;
  readonly parts: readonly PassagePart[];
}

/** The chunks of these ids, in this order. One that has gone meanwhile is left out. */
export async function readChunks(tx: Tx, ids: readonly string[]): Promise<FoundChunk[]> {
  const rows = await tx
    .selectFrom('chunks')
    .innerJoin('items', 'items.id', 'chunks.item_id')
    .select([
      'chunks.id',
      'chunks.item_id',
      'chunks.position',
      'chunks.heading',
      'chunks.text',
      'chunks.speaker',
      'chunks.segment_offsets',
      'chunks.segment_positions',
      'chunks.segment_seconds',
      'items.title',
      'items.kind',
    ])
    .where('chunks.id', 'in', [...ids])
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const chunks: FoundChunk[] = [];
  for (const id of ids) {
    const row = byId.get(id);
    if (!row) continue;
    const speakers = await speakersOf(tx, row);
    chunks.push({
      id,
      itemId: row.item_id,
      position: row.position,
      title: row.title,
      kind: ItemKind.parse(row.kind),
      heading: row.heading === row.title ? null : (row.heading?.replace(`${row.title} — `, '') ?? null),
      text: withoutUnseen(row.text),
      parts: row.segment_offsets.map((offset, index) => {
        const position = row.segment_positions[index] ?? 0;
        return {
          offset,
          position,
          startSeconds: row.segment_seconds?.[index] ?? null,
          speaker: row.speaker ?? speakers.get(position) ?? null,
        };
      }),
    });
  }
  return chunks;
}

/** A chunk keeps its speaker only when it has one; where several speak, the segments know who. */
async function speakersOf(
  tx: Tx,
  row: { item_id: string; speaker: string | null; segment_positions: number[]; segment_seconds: number[] | null },
): Promise<Map<number, string | null>> {
  const from = row.segment_positions[0];
  const to = row.segment_positions.at(-1);
  if (row.speaker !== null || row.segment_seconds === null || from === undefined || to === undefined) return new Map();
  const segments = await newestSegments(tx, row.item_id, { from, limit: to - from + 1 });
  return new Map(segments.map(({ position, speaker }) => [position, speaker]));
}
