import type { Context, Tx } from '../../platform/index.ts';
import { STEP_NAMES } from '../contracts.ts';
import type { ItemRow } from '../item-rows.ts';
import { restartFrom } from '../retry-item.ts';

/**
 * An item that is no longer a duplicate goes on where it stopped: with the step that found the other, so that it looks for
 * further ones as well. One whose work was done is ready again. The caller holds the item.
 */
export async function continueItem(ctx: Pick<Context, 'queue'>, tx: Tx, item: ItemRow): Promise<void> {
  const open = await tx
    .selectFrom('item_steps')
    .select(['position', 'state'])
    .where('item_id', '=', item.id)
    .where('state', 'not in', ['done', 'skipped'])
    .orderBy('position')
    .executeTakeFirst();
  if (!open) {
    await tx
      .updateTable('items')
      .set({ status: 'ready', duplicate_of: null, progress: 1 })
      .where('id', '=', item.id)
      .execute();
    return;
  }
  const position = open.state === 'canceled' ? Math.max(0, open.position - 1) : open.position;
  await restartFrom(ctx, tx, { orgId: item.org_id, itemId: item.id }, STEP_NAMES[position] ?? 'acquire');
}
