import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import type { Item } from '../contracts.ts';
import { lockItem, presentItem, readItem } from '../item-rows.ts';
import { continueItem } from './continue-item.ts';

/** "Not a duplicate": the item goes on where it stopped, and the two are never linked again. */
export async function keepDuplicate(ctx: Context, input: { itemId: string }): Promise<Item> {
  requireScope(ctx.actor, 'archive:write');

  const record = await ctx.db.transaction().execute(async (tx) => {
    const item = await lockItem(tx, input.itemId);
    if (item.status !== 'duplicate' || item.duplicate_of === null)
      throw new NexusError('conflict', 'This item is not marked as a duplicate.');
    const [first_id, second_id] = [item.id, item.duplicate_of].sort() as [string, string];
    const verdict = {
      verdict: 'different',
      status_before: null,
      decided_by: ctx.actor.userId,
      decided_at: ctx.now(),
    };
    await tx
      .insertInto('duplicate_pairs')
      .values({ org_id: ctx.orgId, first_id, second_id, relation: 'same', found_by: 'sound', ...verdict })
      .onConflict((conflict) => conflict.columns(['first_id', 'second_id']).doUpdateSet(verdict))
      .execute();
    await continueItem(ctx, tx, item);
    return readItem(tx, item.id);
  });
  return presentItem(record, ctx.storage);
}
