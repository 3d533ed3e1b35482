import { type Context, requireScope } from '../platform/index.ts';
import { reportDone } from './bulk-report.ts';
import { findCollection } from './collection-rows.ts';
import type { BulkReport } from './library-contracts.ts';

/** Takes items out of a collection; they stay in the archive. */
export async function uncollectItems(
  ctx: Context,
  { ids, collectionId }: { ids: readonly string[]; collectionId: string },
): Promise<BulkReport> {
  requireScope(ctx.actor, 'archive:write');

  const removed = await ctx.db.transaction().execute(async (tx) => {
    await findCollection(tx, ctx.orgId, collectionId);
    return tx
      .deleteFrom('collection_items')
      .where('collection_id', '=', collectionId)
      .where('item_id', 'in', [...ids])
      .returning('item_id')
      .execute();
  });
  return reportDone(
    ids,
    removed.map((row) => row.item_id),
    'It is not in this collection.',
  );
}
