import { type Context, NexusError, requireScope } from '../platform/index.ts';
import type { Feed, NewFeed } from './feed-contracts.ts';
import { checkFeed } from './feed-jobs.ts';
import { readFeed } from './feed-rows.ts';
import { cronOfInterval, scheduleSeed } from './feed-schedule.ts';

/** Follows a feed and checks it at once. `conflict` when it is followed already. */
export async function createFeed(ctx: Context, input: NewFeed): Promise<Feed> {
  requireScope(ctx.actor, 'archive:write');
  const url = new URL(input.url);
  url.hash = '';

  return ctx.db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('feeds')
      .values({
        org_id: ctx.orgId,
        url: url.href,
        keep_last: input.keepLast,
        cron: cronOfInterval(input.interval, scheduleSeed()),
        time_zone: input.timeZone,
        // Checked by the job below; the clock is for when that one is lost.
        next_check_at: new Date(ctx.now().getTime() + 10 * 60 * 1000),
        created_by: ctx.actor.userId,
      })
      .onConflict((conflict) => conflict.columns(['org_id', 'url']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!row)
      throw new NexusError('conflict', 'This feed is followed already.', {
        fields: { url: ['This feed is followed already.'] },
      });
    await ctx.queue.send(checkFeed, { orgId: ctx.orgId, feedId: row.id }, { tx });
    return readFeed(tx, ctx.orgId, row.id);
  });
}
