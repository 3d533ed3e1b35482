import { type Context, isProblem, requireScope } from '../../platform/index.ts';
import { changeOpportunity } from './change-opportunity.ts';
import type { OpportunityBulk, OpportunityBulkReport } from './opportunity-contracts.ts';
import { restoreOpportunity } from './restore-opportunity.ts';

/** One thing done to many. What is refused for one stops none of the others; a defect stops all. */
export async function changeOpportunities(ctx: Context, bulk: OpportunityBulk): Promise<OpportunityBulkReport> {
  requireScope(ctx.actor, 'listening:write');
  const report: OpportunityBulkReport = { done: [], refused: [] };
  for (const opportunityId of new Set(bulk.ids)) {
    try {
      if (bulk.action === 'restore') await restoreOpportunity(ctx, { opportunityId });
      else await changeOpportunity(ctx, { opportunityId, change: bulk.change });
      report.done.push(opportunityId);
    } catch (error) {
      if (!isProblem(error)) throw error;
      report.refused.push({ id: opportunityId, code: error.code, detail: error.detail });
    }
  }
  return report;
}
