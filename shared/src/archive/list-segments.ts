import { type Context, NexusError, requireScope } from '../platform/index.ts';
import { findItem } from './item-rows.ts';
import { newestSegments, type PlacedSegment } from './newest-segments.ts';

/** Segments of the newest transcript in order. The cursor is the position to go on from. */
export async function listSegments(
  ctx: Context,
  input: { itemId: string; cursor?: string; limit?: number },
): Promise<{ segments: PlacedSegment[]; nextCursor: string | null }> {
  requireScope(ctx.actor, 'archive:read');
  const limit = Math.min(Math.max(input.limit ?? 500, 1), 2000);
  const from = parseCursor(input.cursor ?? '0');

  return ctx.db.transaction().execute(async (tx) => {
    await findItem(tx, input.itemId);
    const rows = await newestSegments(tx, input.itemId, { from, limit: limit + 1 });
    return { segments: rows.slice(0, limit), nextCursor: rows.length > limit ? String(rows[limit]?.position) : null };
  });
}

/** A position is a Postgres integer, so nine digits are enough for any. */
function parseCursor(cursor: string): number {
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new NexusError('invalid-input', 'This cursor is not one of ours.', { fields: { cursor: ['Unknown cursor'] } });
}
