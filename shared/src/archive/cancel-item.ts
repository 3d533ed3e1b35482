import { type Context, NexusError, requireScope } from '../platform/index.ts';
import type { Item } from './contracts.ts';
import { lockItem, presentItem, readItem } from './item-rows.ts';

/** Stops the work on an item. The step in hand notices within about a second; what is done stays. Idempotent. */
export async function cancelItem(ctx: Context, input: { itemId: string }): Promise<Item> {
  requireScope(ctx.actor, 'archive:write');

  const record = await ctx.db.transaction().execute(async (tx) => {
    const item = await lockItem(tx, input.itemId);
    if (['ready', 'failed', 'duplicate'].includes(item.status))
      throw new NexusError('conflict', 'There is nothing left to cancel.');
    await tx
      .updateTable('item_steps')
      .set({ state: 'canceled', finished_at: ctx.now() })
      .where('item_id', '=', item.id)
      .where('state', 'in', ['pending', 'working', 'waiting'])
      .execute();
    await tx.updateTable('items').set({ status: 'canceled', problem: null }).where('id', '=', item.id).execute();
    return readItem(tx, item.id);
  });
  return presentItem(record, ctx.storage);
}
