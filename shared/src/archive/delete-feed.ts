import { type Context, NexusError, recordAct, requireScope } from '../platform/index.ts';
import { readFeed } from './feed-rows.ts';

/** Follows a feed no longer. What came from it stays in the archive. */
export async function deleteFeed(ctx: Context, input: { feedId: string }): Promise<void> {
  requireScope(ctx.actor, 'archive:write');

  await ctx.db.transaction().execute(async (tx) => {
    const feed = await readFeed(tx, ctx.orgId, input.feedId);
    const { numDeletedRows } = await tx
      .deleteFrom('feeds')
      .where('id', '=', feed.id)
      .where('org_id', '=', ctx.orgId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new NexusError('forbidden', 'Your role does not allow this.');
    await recordAct(tx, ctx, {
      action: 'archive.delete-feed',
      subjectKind: 'feed',
      subjectId: feed.id,
      details: { url: feed.url },
    });
  });
}
