import { type Context, requireScope } from '../platform/index.ts';
import { type Feed, FeedEpisode } from './feed-contracts.ts';
import { readFeed } from './feed-rows.ts';

/** A feed with the entries that were taken from it, newest first, at most 100. */
export async function getFeed(ctx: Context, input: { feedId: string }): Promise<Feed & { episodes: FeedEpisode[] }> {
  requireScope(ctx.actor, 'archive:read');

  return ctx.db.transaction().execute(async (tx) => {
    const feed = await readFeed(tx, ctx.orgId, input.feedId);
    const rows = await tx
      .selectFrom('feed_episodes')
      .select(['title', 'url', 'published_at', 'item_id'])
      .where('feed_id', '=', input.feedId)
      .orderBy('published_at', (order) => order.desc().nullsLast())
      .orderBy('created_at', 'desc')
      .limit(100)
      .execute();
    const episodes = rows.map((row) =>
      FeedEpisode.parse({
        title: row.title,
        url: row.url,
        publishedAt: row.published_at?.toISOString() ?? null,
        itemId: row.item_id,
      }),
    );
    return { ...feed, episodes };
  });
}
