import { type Context, requireScope } from '../platform/index.ts';
import type { Item, ItemChange } from './contracts.ts';
import { lockItem, presentItem, readItem } from './item-rows.ts';
import { hasBegunIndex } from './restart-index.ts';
import { restartFrom } from './retry-item.ts';

/** A title and tags given by a person stay: enrichment leaves them alone from then on. */
export async function changeItem(ctx: Context, input: { itemId: string; change: ItemChange }): Promise<Item> {
  requireScope(ctx.actor, 'archive:write');
  const { title, tags } = input.change;

  const record = await ctx.db.transaction().execute(async (tx) => {
    const item = await lockItem(tx, input.itemId);
    if (title !== undefined || tags !== undefined) {
      await tx
        .updateTable('items')
        .set({
          ...(title !== undefined && { title, title_given: true }),
          ...(tags && { tags: [...new Set(tags)], tags_given: true }),
        })
        .where('id', '=', input.itemId)
        .execute();
    }
    // The title stands in front of every passage, so the passages are made anew.
    if (title !== undefined && title !== item.title && (await hasBegunIndex(tx, item.id)))
      await restartFrom(ctx, tx, { orgId: item.org_id, itemId: item.id }, 'index');
    return readItem(tx, input.itemId);
  });
  return presentItem(record, ctx.storage);
}
