import type { Tx } from '../../platform/index.ts';

/** Links an item to its original and cancels what was still to do. The caller holds the item. */
export async function makeDuplicate(tx: Tx, itemId: string, originalId: string, at: Date): Promise<void> {
  await tx
    .updateTable('item_steps')
    .set({ state: 'canceled', finished_at: at })
    .where('item_id', '=', itemId)
    .where('state', 'in', ['pending', 'working'])
    .execute();
  await tx
    .updateTable('items')
    .set({ status: 'duplicate', duplicate_of: originalId })
    .where('id', '=', itemId)
    .execute();
  // No chains: what was linked to this one is linked to the original now.
  await tx.updateTable('items').set({ duplicate_of: originalId }).where('duplicate_of', '=', itemId).execute();
}
