import { sql } from 'kysely';
import { type Context, requireScope, type Tx } from '../../platform/index.ts';
import type { Term } from './contracts.ts';

/** The organisation's vocabulary in the order of the alphabet. */
export async function listTerms(ctx: Context): Promise<Term[]> {
  requireScope(ctx.actor, 'archive:read');
  return ctx.db.transaction().execute((tx) => readTerms(tx, ctx.orgId));
}

export async function readTerms(tx: Tx, orgId: string): Promise<Term[]> {
  const rows = await tx
    .selectFrom('vocabulary')
    .select(['id', 'term', 'created_at'])
    .where('org_id', '=', orgId)
    .orderBy(sql`lower(term)`)
    .execute();
  return rows.map(({ id, term, created_at }) => ({ id, term, createdAt: created_at.toISOString() }));
}
