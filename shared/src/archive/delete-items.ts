import { type Context, requireScope } from '../platform/index.ts';
import { reportEach } from './bulk-report.ts';
import { deleteRow } from './delete-item.ts';
import { lockItem } from './item-rows.ts';
import type { BulkReport } from './library-contracts.ts';

/** Deletes many items, each in its own transaction: a long list that is cut off has deleted what it came to. */
export async function deleteItems(ctx: Context, { ids }: { ids: readonly string[] }): Promise<BulkReport> {
  requireScope(ctx.actor, 'archive:write');

  return reportEach(ids, (itemId) =>
    ctx.db.transaction().execute(async (tx) => deleteRow(ctx, tx, await lockItem(tx, itemId))),
  );
}
