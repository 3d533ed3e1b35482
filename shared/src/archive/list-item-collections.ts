import { type Context, requireScope } from '../platform/index.ts';
import type { Collection } from './library-contracts.ts';
import { findItem } from './item-rows.ts';
import { readCollections } from './collection-rows.ts';

/** The collections an item is in, by name. */
export async function listItemCollections(
  ctx: Context,
  { itemId }: { itemId: string },
): Promise<{ collections: Collection[] }> {
  requireScope(ctx.actor, 'archive:read');

  return ctx.db.transaction().execute(async (tx) => {
    await findItem(tx, itemId);
    const rows = await tx
      .selectFrom('collection_items')
      .select('collection_id')
      .where('item_id', '=', itemId)
      .execute();
    const ids = new Set(rows.map((row) => row.collection_id));
    const collections = await readCollections(tx, ctx.orgId);
    return { collections: collections.filter(({ id }) => ids.has(id)) };
  });
}
