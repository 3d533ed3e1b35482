import { type Context, requireScope } from '../platform/index.ts';
import type { Item } from './contracts.ts';
import { presentItem, readItem } from './item-rows.ts';

export async function getItem(ctx: Context, input: { itemId: string }): Promise<Item> {
  requireScope(ctx.actor, 'archive:read');
  const record = await ctx.db.transaction().execute((tx) => readItem(tx, input.itemId));
  return presentItem(record, ctx.storage);
}
