import { sql } from 'kysely';
import { type Context, requireScope } from '../../platform/index.ts';
import { matchingOpportunities } from './matching-opportunities.ts';
import {
  COUNTED_AT_MOST,
  OpportunityCounts,
  type OpportunityFilter,
  OpportunityState,
} from './opportunity-contracts.ts';

/** How many opportunities of each state a filter leaves, counted no further than `COUNTED_AT_MOST`. */
export async function countOpportunities(
  ctx: Context,
  filter: Omit<OpportunityFilter, 'state'>,
): Promise<OpportunityCounts> {
  requireScope(ctx.actor, 'listening:read');
  const { rows } = await ctx.db.transaction().execute((tx) =>
    sql<{ state: string; count: number }>`
      select counted.state, counts.count from unnest(${OpportunityState.options}::text[]) as counted (state)
      cross join lateral (
        select count(*)::int as count from (
          select 1 from opportunities o
          where o.org_id = ${ctx.orgId} and o.state = counted.state ${matchingOpportunities(ctx.orgId, filter)}
          limit ${COUNTED_AT_MOST}
        ) found
      ) counts
    `.execute(tx),
  );
  return OpportunityCounts.parse(Object.fromEntries(rows.map(({ state, count }) => [state, count])));
}
