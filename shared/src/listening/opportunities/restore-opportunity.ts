import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import { lockOpportunity, updateOpportunity } from './lock-opportunity.ts';
import type { Opportunity } from './opportunity-contracts.ts';
import { readOpportunity } from './opportunity-rows.ts';

/** Takes the last change of state back, once. */
export async function restoreOpportunity(ctx: Context, input: { opportunityId: string }): Promise<Opportunity> {
  requireScope(ctx.actor, 'listening:write');

  return ctx.db.transaction().execute(async (tx) => {
    const row = await lockOpportunity(tx, ctx.orgId, input.opportunityId);
    if (!row.state_before) throw new NexusError('conflict', 'There is nothing to undo on this opportunity.');
    await updateOpportunity(tx, row, {
      state: row.state_before,
      state_before: null,
      dismissed_reason: null,
      ...(row.state_before !== 'snoozed' && { snoozed_until: null }),
      // It waited because somebody acted; that was taken back.
      ...(row.state === 'waiting' && { acted_at: null, acted_by: null, handed_to: null }),
    });
    return readOpportunity(tx, ctx.orgId, row.id);
  });
}
