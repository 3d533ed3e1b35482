import { createItem } from '@nexus/shared/archive';
import type { Context, Tx } from '@nexus/shared/platform';
import type { FeedEntry } from './read-feed.ts';

/**
 * Makes an item of each entry that was not seen before. The entry's row comes first and is marked when its item is there: after a
 * crash in between the next check finds it unmarked and goes on, and the same link is the same item.
 */
export async function takeEntries(ctx: Context, feedId: string, entries: readonly FeedEntry[]): Promise<number> {
  const untaken = await ctx.db.transaction().execute((tx) => rememberEntries(tx, ctx.orgId, feedId, entries));
  for (const guid of untaken) {
    const entry = entries.find((candidate) => candidate.guid === guid)!;
    const item = await createItem(ctx, { source: 'url', url: entry.url, ...(entry.title && { title: entry.title }) });
    await ctx.db.transaction().execute(async (tx) => {
      await tx
        .updateTable('feed_episodes')
        .set({ item_id: item.id, is_taken: true })
        .where('feed_id', '=', feedId)
        .where('guid', '=', guid)
        .execute();
      // The feed knows better than the file's tags, which are read later and fill only what is empty.
      await tx
        .updateTable('items')
        .set((eb) => ({
          author: eb.fn.coalesce('author', eb.val(entry.author)),
          published_at: eb.fn.coalesce('published_at', eb.val(entry.publishedAt)),
        }))
        .where('id', '=', item.id)
        .where('org_id', '=', ctx.orgId)
        .execute();
    });
  }
  return untaken.length;
}

/** Answers those that have no item yet, oldest first, so that the newest stands on top of the library. */
async function rememberEntries(
  tx: Tx,
  orgId: string,
  feedId: string,
  entries: readonly FeedEntry[],
): Promise<string[]> {
  if (entries.length === 0) return [];
  await tx
    .insertInto('feed_episodes')
    .values(
      entries.map(({ guid, title, url, publishedAt }) => ({
        feed_id: feedId,
        org_id: orgId,
        guid,
        title,
        url,
        published_at: publishedAt,
      })),
    )
    .onConflict((conflict) => conflict.columns(['feed_id', 'guid']).doNothing())
    .execute();
  const rows = await tx
    .selectFrom('feed_episodes')
    .select('guid')
    .where('feed_id', '=', feedId)
    .where('is_taken', '=', false)
    .where(
      'guid',
      'in',
      entries.map(({ guid }) => guid),
    )
    .execute();
  const untaken = new Set(rows.map(({ guid }) => guid));
  return entries.flatMap(({ guid }) => (untaken.has(guid) ? [guid] : [])).toReversed();
}
