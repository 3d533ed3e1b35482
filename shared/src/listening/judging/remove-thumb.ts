import { type Context, NexusError, requireScope } from '../../platform/index.ts';

/** Takes a thumb back. */
export async function removeThumb(ctx: Context, input: { campaignId: string; postId: string }): Promise<void> {
  requireScope(ctx.actor, 'listening:write');

  const { numDeletedRows } = await ctx.db
    .transaction()
    .execute((tx) =>
      tx
        .deleteFrom('post_feedback')
        .where('org_id', '=', ctx.orgId)
        .where('campaign_id', '=', input.campaignId)
        .where('post_id', '=', input.postId)
        .executeTakeFirst(),
    );
  if (numDeletedRows === 0n) throw new NexusError('not-found', 'Nobody gave this post a thumb.');
}
