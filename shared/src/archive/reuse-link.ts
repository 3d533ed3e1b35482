import type { Context, Tx } from '../platform/index.ts';
import { findLink } from './find-link.ts';
import type { ItemRow } from './item-rows.ts';
import { lockItem } from './item-rows.ts';
import { earliestStep, restartFrom } from './retry-item.ts';

/** The item that is there for a link, tried again when it had failed or was canceled; undefined when there is none. */
export async function reuseLink(ctx: Context, tx: Tx, key: string): Promise<ItemRow | undefined> {
  const found = await findLink(tx, ctx.orgId, [key]);
  if (!found) return undefined;
  const item = await lockItem(tx, found.id);
  if (item.status === 'failed' || item.status === 'canceled') {
    const step = await earliestStep(tx, item.id);
    await restartFrom(ctx, tx, { orgId: item.org_id, itemId: item.id }, step);
  }
  return item;
}
