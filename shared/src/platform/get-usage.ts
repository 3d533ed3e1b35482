import { sql } from 'kysely';
import type { Context } from './context.ts';
import type { Usage } from './contracts.ts';
import type { Tx } from './database.ts';
import { readOrg } from './get-org.ts';
import { requireScope } from './roles.ts';

/** What the organisation stores, and what it used of models and services in the last 30 days, dearest first. */
export async function getUsage(ctx: Context): Promise<Usage> {
  requireScope(ctx.actor, 'platform:read');

  return ctx.db.transaction().execute(async (tx) => {
    const org = await readOrg(tx, ctx.orgId);
    const stored = await readStored(tx, ctx.orgId);
    const byKind = await tx
      .selectFrom('usage_events')
      .select(['kind', 'adapter', 'unit'])
      .select((eb) => [eb.fn.sum<number>('quantity').as('quantity'), sql<number>`sum(cost_usd)::float8`.as('costUsd')])
      .where('org_id', '=', ctx.orgId)
      .where('created_at', '>', sql<Date>`now() - interval '30 days'`)
      .groupBy(['kind', 'adapter', 'unit'])
      .orderBy('costUsd', 'desc')
      .orderBy('kind')
      .execute();
    return { ...stored, storageLimitBytes: org.storageLimitBytes, byKind };
  });
}

/** The size of all originals, for quotas and for show. */
export async function readStored(tx: Tx, orgId: string): Promise<{ storageBytes: number; itemCount: number }> {
  return tx
    .selectFrom('items')
    .select([
      sql<number>`coalesce(sum(size_bytes), 0)::float8`.as('storageBytes'),
      sql<number>`count(*)::int`.as('itemCount'),
    ])
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow();
}
