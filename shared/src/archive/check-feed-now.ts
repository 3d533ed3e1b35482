import { type Context, requireScope } from '../platform/index.ts';
import type { Feed } from './feed-contracts.ts';
import { checkFeed } from './feed-jobs.ts';
import { readFeed } from './feed-rows.ts';

/** Queues a check, whatever the clock says and even while the feed is paused. */
export async function checkFeedNow(ctx: Context, input: { feedId: string }): Promise<Feed> {
  requireScope(ctx.actor, 'archive:write');

  return ctx.db.transaction().execute(async (tx) => {
    const feed = await readFeed(tx, ctx.orgId, input.feedId);
    await ctx.queue.send(checkFeed, { orgId: ctx.orgId, feedId: feed.id }, { tx });
    return feed;
  });
}
