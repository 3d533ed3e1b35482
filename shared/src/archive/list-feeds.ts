import { type Context, requireScope } from '../platform/index.ts';
import type { Feed } from './feed-contracts.ts';
import { readFeeds } from './feed-rows.ts';

/** All feeds that are followed, by name. */
export async function listFeeds(ctx: Context): Promise<Feed[]> {
  requireScope(ctx.actor, 'archive:read');
  return ctx.db.transaction().execute((tx) => readFeeds(tx, { orgId: ctx.orgId }));
}
