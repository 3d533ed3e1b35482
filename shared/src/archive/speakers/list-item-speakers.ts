import { type Context, requireScope } from '../../platform/index.ts';
import { findItem } from '../item-rows.ts';
import type { ItemSpeaker } from './contracts.ts';
import { readItemSpeakers } from './item-speaker-rows.ts';

/** Who speaks in an item, in the order in which they are first heard. */
export async function listItemSpeakers(ctx: Context, input: { itemId: string }): Promise<ItemSpeaker[]> {
  requireScope(ctx.actor, 'archive:read');

  return ctx.db.transaction().execute(async (tx) => {
    const item = await findItem(tx, input.itemId);
    return readItemSpeakers(tx, item.id);
  });
}
