import { type Context, NexusError, requireScope, type Tx } from '../platform/index.ts';
import type { PlacedSegment } from './corrections-contracts.ts';
import { findItem } from './item-rows.ts';
import { machineSegments, type SegmentPage } from './machine-segments.ts';
import { newestSegments } from './newest-segments.ts';

export interface SegmentList {
  segments: PlacedSegment[];
  /** The position to go on from. */
  nextCursor: string | null;
}

/** Words of an item in order: corrected ones, or with `version` those of one version as the machine gave them (`machine`: the newest). */
export async function listSegments(
  ctx: Context,
  input: { itemId: string; cursor?: string; limit?: number; version?: number | 'machine' },
): Promise<SegmentList> {
  requireScope(ctx.actor, 'archive:read');
  const limit = Math.min(Math.max(input.limit ?? 500, 1), 2000);
  const page: SegmentPage = { from: parseCursor(input.cursor ?? '0'), limit: limit + 1 };

  return ctx.db.transaction().execute(async (tx) => {
    await findItem(tx, input.itemId);
    const rows =
      input.version === undefined
        ? await newestSegments(tx, input.itemId, page)
        : await segmentsOfVersion(tx, input.itemId, input.version, page);
    return { segments: rows.slice(0, limit), nextCursor: rows.length > limit ? String(rows[limit]?.position) : null };
  });
}

async function segmentsOfVersion(tx: Tx, itemId: string, version: number | 'machine', page: SegmentPage) {
  let query = tx.selectFrom('transcripts').select('id').where('item_id', '=', itemId);
  query = version === 'machine' ? query.orderBy('version', 'desc').limit(1) : query.where('version', '=', version);
  const transcript = await query.executeTakeFirst();
  if (transcript) return machineSegments(tx, transcript.id, page);
  if (version === 'machine') return [];
  throw new NexusError('not-found', 'This item has no such version of its words.');
}

/** A position is a Postgres integer, so nine digits are enough for any. */
function parseCursor(cursor: string): number {
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new NexusError('invalid-input', 'This cursor is not one of ours.', { fields: { cursor: ['Unknown cursor'] } });
}
