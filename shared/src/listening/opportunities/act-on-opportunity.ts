import { storableText } from '../../archive/storable-text.ts';
import { type Context, NexusError, recordAct, requireScope } from '../../platform/index.ts';
import { lockOpportunity, type OpportunityRow, updateOpportunity } from './lock-opportunity.ts';
import type { Opportunity, OpportunityAct, OpportunityState } from './opportunity-contracts.ts';
import { readOpportunity } from './opportunity-rows.ts';
import { requireStep } from './opportunity-states.ts';
import { requireHandoff } from './reply-handoff.ts';

/** A check that is older says little: posts that need an answer are often deleted within the hour. */
const CHECK_HOLDS_MS = 5 * 60_000;

/**
 * Writes down that a reply leaves, after the post was seen to be there (`checkOpportunity`): from then on it waits for what comes
 * of it. `conflict` when the post is gone, or nobody looked in the last five minutes; `anyway` acts all the same. A network that
 * does not tell is no obstacle.
 */
export async function actOnOpportunity(
  ctx: Context,
  input: { opportunityId: string } & OpportunityAct,
): Promise<Opportunity> {
  requireScope(ctx.actor, 'listening:write');
  const { opportunityId, how, text, anyway } = input;
  const handoff = how === 'handed-on' ? requireHandoff(input.handoff) : null;

  return ctx.db.transaction().execute(async (tx) => {
    const row = await lockOpportunity(tx, ctx.orgId, opportunityId);
    if (!anyway) requireSeen(row, ctx.now());
    requireStep(row.state as OpportunityState, 'waiting');
    await updateOpportunity(tx, row, {
      state: 'waiting',
      ...(row.state !== 'waiting' && { state_before: row.state }),
      ...(text !== undefined && { draft: storableText(text) || null }),
      acted_at: ctx.now(),
      acted_by: ctx.actor.userId,
      handed_to: handoff?.id ?? how,
    });
    await recordAct(tx, ctx, {
      action: 'listening.act-on-opportunity',
      subjectKind: 'opportunity',
      subjectId: row.id,
      details: { how },
    });
    const acted = await readOpportunity(tx, ctx.orgId, row.id);
    await handoff?.hand(ctx, tx, { post: acted.post, text: acted.draft ?? '' });
    return acted;
  });
}

function requireSeen({ post_state, post_checked_at }: OpportunityRow, now: Date): void {
  if (post_state === 'gone')
    throw new NexusError('conflict', 'The post is gone from its network. Dismiss it, or act anyway.');
  if (!post_checked_at || now.getTime() - post_checked_at.getTime() > CHECK_HOLDS_MS)
    throw new NexusError('conflict', 'Nobody has looked whether the post is still there. Check it first.');
}
