import type { Tx } from '../platform/index.ts';
import { Segment } from './contracts.ts';

/** A segment with its place: the cue's number, or the paragraph of a document. */
export type PlacedSegment = Segment & { position: number };

/** Segments of an item's newest transcript in order; none when it has no words. */
export async function newestSegments(
  tx: Tx,
  itemId: string,
  page: { from?: number; limit?: number } = {},
): Promise<PlacedSegment[]> {
  let query = tx
    .selectFrom('segments')
    .selectAll()
    .where('transcript_id', '=', (eb) =>
      eb.selectFrom('transcripts').select('id').where('item_id', '=', itemId).orderBy('version', 'desc').limit(1),
    )
    .where('position', '>=', page.from ?? 0)
    .orderBy('position');
  if (page.limit !== undefined) query = query.limit(page.limit);

  const rows = await query.execute();
  return rows.map((row) => ({
    position: row.position,
    ...Segment.parse({
      kind: row.kind,
      level: row.level,
      page: row.page,
      startSeconds: row.start_seconds,
      endSeconds: row.end_seconds,
      speaker: row.speaker,
      text: row.text,
      words: row.words ?? undefined,
    }),
  }));
}
