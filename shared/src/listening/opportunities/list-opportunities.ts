import { sql } from 'kysely';
import { z } from 'zod';
import { type Context, decodeCursor, pageOf, requireScope } from '../../platform/index.ts';
import { matchingOpportunities, statesOf } from './matching-opportunities.ts';
import type { OpportunityFilter, OpportunityPage } from './opportunity-contracts.ts';
import { readOpportunities } from './opportunity-rows.ts';

const Position = z.tuple([z.number(), z.guid()]);

/** A page of the inbox, the most valuable first. The cursor names the last one's place, so that what comes or goes moves no page. */
export async function listOpportunities(
  ctx: Context,
  input: OpportunityFilter & { cursor?: string | undefined; limit?: number },
): Promise<OpportunityPage> {
  requireScope(ctx.actor, 'listening:read');
  const limit = Math.min(Math.max(input.limit ?? 50, 1), 200);
  const [value, id] = input.cursor ? decodeCursor(input.cursor, Position) : [];
  const after = id === undefined ? sql`` : sql`and (o.value, o.id) < (${value}::float8, ${id}::uuid)`;

  return ctx.db.transaction().execute(async (tx) => {
    // State by state, because each of them is read in the order of an index, however many there are.
    const { rows } = await sql<{ id: string; value: number }>`
      select best.id, best.value from unnest(${statesOf(input)}::text[]) as wanted (state)
      cross join lateral (
        select o.id, o.value from opportunities o
        where o.org_id = ${ctx.orgId} and o.state = wanted.state ${matchingOpportunities(ctx.orgId, input)} ${after}
        order by o.value desc, o.id desc limit ${limit + 1}
      ) best
      order by best.value desc, best.id desc limit ${limit + 1}
    `.execute(tx);
    const page = pageOf(rows, limit, (row) => [row.value, row.id]);
    const opportunities = await readOpportunities(
      tx,
      ctx.orgId,
      page.rows.map((row) => row.id),
    );
    return { opportunities, nextCursor: page.nextCursor };
  });
}
