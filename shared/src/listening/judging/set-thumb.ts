import { type Context, NexusError, requireScope, type Tx } from '../../platform/index.ts';
import { type NewThumb, Thumb } from './judged-post-contracts.ts';

/** Says of a post that it is, or is not, what the campaign looks for. The next judging learns from it. Safe to repeat. */
export async function setThumb(ctx: Context, input: { campaignId: string; postId: string } & NewThumb): Promise<Thumb> {
  requireScope(ctx.actor, 'listening:write');

  return ctx.db.transaction().execute(async (tx) => {
    const relevance = await relevanceOf(tx, ctx.orgId, input);
    const given = {
      thumb: input.thumb,
      note: input.note || null,
      relevance_then: relevance,
      created_by: ctx.actor.userId,
      created_at: ctx.now(),
    };
    const row = await tx
      .insertInto('post_feedback')
      .values({ campaign_id: input.campaignId, post_id: input.postId, org_id: ctx.orgId, ...given })
      .onConflict((conflict) => conflict.columns(['campaign_id', 'post_id']).doUpdateSet(given))
      .returningAll()
      .executeTakeFirstOrThrow();
    return Thumb.parse({
      campaignId: row.campaign_id,
      postId: row.post_id,
      thumb: row.thumb,
      note: row.note,
      relevanceThen: row.relevance_then,
      createdAt: row.created_at.toISOString(),
    });
  });
}

/** Null for a post that rules put aside. `not-found` when the campaign never met it. */
async function relevanceOf(
  tx: Tx,
  orgId: string,
  { campaignId, postId }: { campaignId: string; postId: string },
): Promise<number | null> {
  const row = await tx
    .selectFrom('matches as m')
    .leftJoin('analyses as a', (join) =>
      join.onRef('a.campaign_id', '=', 'm.campaign_id').onRef('a.post_id', '=', 'm.post_id'),
    )
    .select('a.relevance')
    .where('m.org_id', '=', orgId)
    .where('m.campaign_id', '=', campaignId)
    .where('m.post_id', '=', postId)
    .executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'This campaign has met no such post.');
  return row.relevance;
}
