import type { Context, Tx } from '../../platform/index.ts';
import { continueItem } from './continue-item.ts';

/** Before an item goes, what is linked to it goes on by itself: the next one of them becomes the original of the others. */
export async function releaseDuplicates(ctx: Pick<Context, 'queue'>, tx: Tx, originalId: string): Promise<void> {
  const linked = await tx
    .selectFrom('items')
    .selectAll()
    .where('duplicate_of', '=', originalId)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  for (const item of linked) await continueItem(ctx, tx, item);
}
