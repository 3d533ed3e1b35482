import { type Context, requireScope, type Tx } from '../platform/index.ts';
import type { StepName } from './contracts.ts';
import { lockItem } from './item-rows.ts';
import { restartFrom } from './retry-item.ts';

/** Has an item indexed again because its words changed. Where that work is still ahead it will read the new ones anyway. */
export async function restartIndex(
  ctx: Pick<Context, 'db' | 'queue' | 'actor'>,
  input: { itemId: string },
): Promise<void> {
  requireScope(ctx.actor, 'archive:write');
  await ctx.db.transaction().execute(async (tx) => {
    const item = await lockItem(tx, input.itemId);
    if (await hasBegunIndex(tx, item.id)) await restartFrom(ctx, tx, { orgId: item.org_id, itemId: item.id }, 'index');
  });
}

/** Begun or done with the words as they were. Before that, the step will read the new ones. */
export async function hasBegunIndex(tx: Tx, itemId: string): Promise<boolean> {
  const step = await tx
    .selectFrom('item_steps')
    .select('name')
    .where('item_id', '=', itemId)
    .where('name', '=', 'index' satisfies StepName)
    .where('state', 'in', ['working', 'done'])
    .executeTakeFirst();
  return step !== undefined;
}
