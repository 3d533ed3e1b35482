import { type Context, requireScope } from '../../platform/index.ts';
import type { Opportunity } from './opportunity-contracts.ts';
import { checkPost } from './opportunity-jobs.ts';
import { readOpportunity } from './opportunity-rows.ts';

/** Has the network asked whether the post is still there. What it said comes as `opportunity.changed`, with a newer `postCheckedAt`. */
export async function checkOpportunity(ctx: Context, input: { opportunityId: string }): Promise<Opportunity> {
  requireScope(ctx.actor, 'listening:write');

  return ctx.db.transaction().execute(async (tx) => {
    const opportunity = await readOpportunity(tx, ctx.orgId, input.opportunityId);
    await ctx.queue.send(checkPost, { orgId: ctx.orgId, opportunityId: opportunity.id }, { tx, priority: 10 });
    return opportunity;
  });
}
