import { sql } from 'kysely';
import { NexusError, type Tx } from '../platform/index.ts';
import { Feed } from './feed-contracts.ts';
import { intervalOfCron } from './feed-schedule.ts';

/** The feeds of an organisation, or one of them, with what came from them. */
export async function readFeeds(tx: Tx, where: { orgId: string; feedId?: string }): Promise<Feed[]> {
  const rows = await tx
    .selectFrom('feeds')
    .leftJoin('feed_episodes as e', 'e.feed_id', 'feeds.id')
    .selectAll('feeds')
    .select((eb) => [eb.fn.count<string>('e.item_id').as('item_count'), eb.fn.max('e.published_at').as('newest_at')])
    .where('feeds.org_id', '=', where.orgId)
    .$if(where.feedId !== undefined, (query) => query.where('feeds.id', '=', where.feedId!))
    .groupBy('feeds.id')
    .orderBy(sql`lower(coalesce(feeds.title, feeds.url))`)
    .orderBy('feeds.id')
    .execute();
  return rows.map((row) =>
    Feed.parse({
      id: row.id,
      url: row.url,
      title: row.title,
      siteUrl: row.site_url,
      keepLast: row.keep_last,
      interval: intervalOfCron(row.cron),
      timeZone: row.time_zone,
      isPaused: row.is_paused,
      state: row.state,
      problem: row.problem,
      checkedAt: row.checked_at?.toISOString() ?? null,
      nextCheckAt: row.next_check_at.toISOString(),
      itemCount: Number(row.item_count),
      newestAt: row.newest_at ? new Date(row.newest_at).toISOString() : null,
      createdAt: row.created_at.toISOString(),
    }),
  );
}

/** Throws `not-found` for a feed that is not there, or not this organisation's. */
export async function readFeed(tx: Tx, orgId: string, feedId: string): Promise<Feed> {
  const [feed] = await readFeeds(tx, { orgId, feedId });
  if (!feed) throw new NexusError('not-found', 'This feed is not followed (any more).');
  return feed;
}
