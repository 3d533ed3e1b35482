import type { Selectable } from 'kysely';
import type { DB, Tx } from '../platform/index.ts';
import { Segment } from './contracts.ts';
import type { PlacedSegment } from './corrections-contracts.ts';

export interface SegmentPage {
  /** Position to begin at. */
  from?: number;
  limit?: number;
}

export async function newestTranscriptId(tx: Tx, itemId: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('transcripts')
    .select('id')
    .where('item_id', '=', itemId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** Segments of one version as the machine or a file gave them, in order. */
export async function machineSegments(tx: Tx, transcriptId: string, page: SegmentPage = {}): Promise<PlacedSegment[]> {
  let query = tx
    .selectFrom('segments')
    .selectAll()
    .where('transcript_id', '=', transcriptId)
    .where('position', '>=', page.from ?? 0)
    .orderBy('position');
  if (page.limit !== undefined) query = query.limit(page.limit);
  return (await query.execute()).map(toPlacedSegment);
}

const toPlacedSegment = (row: Selectable<DB['segments']>): PlacedSegment => ({
  position: row.position,
  speakerLabel: row.speaker,
  correctionId: null,
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
});
