import { type Context, NexusError, requireScope } from '../platform/index.ts';
import type { Feed, FeedChange } from './feed-contracts.ts';
import { checkFeed } from './feed-jobs.ts';
import { readFeed } from './feed-rows.ts';
import { cronOfInterval, scheduleSeed } from './feed-schedule.ts';

/** Changes how a feed is followed. Whoever lets it look further back, or goes on after a pause, sees it checked at once. */
export async function changeFeed(ctx: Context, input: { feedId: string } & FeedChange): Promise<Feed> {
  requireScope(ctx.actor, 'archive:write');
  const { feedId, title, keepLast, interval, timeZone, isPaused } = input;

  return ctx.db.transaction().execute(async (tx) => {
    const before = await readFeed(tx, ctx.orgId, feedId);
    const changed = await tx
      .updateTable('feeds')
      .set({
        ...(title !== undefined && { title, title_given: true }),
        // What the server said was of a shorter look back.
        ...(keepLast !== undefined && { keep_last: keepLast, etag: null, last_modified: null }),
        ...(interval !== undefined && { cron: cronOfInterval(interval, scheduleSeed()) }),
        ...(timeZone !== undefined && { time_zone: timeZone }),
        ...(isPaused !== undefined && { is_paused: isPaused }),
        ...((interval !== undefined || timeZone !== undefined) && { next_check_at: ctx.now() }),
        updated_at: ctx.now(),
      })
      .where('id', '=', feedId)
      .where('org_id', '=', ctx.orgId)
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) throw new NexusError('forbidden', 'Your role does not allow this.');

    const feed = await readFeed(tx, ctx.orgId, feedId);
    const looksFurther = feed.keepLast > before.keepLast || (before.isPaused && !feed.isPaused);
    if (looksFurther && !feed.isPaused) await ctx.queue.send(checkFeed, { orgId: ctx.orgId, feedId }, { tx });
    return feed;
  });
}
