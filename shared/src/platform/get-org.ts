import type { Context } from './context.ts';
import type { Org } from './contracts.ts';
import type { Tx } from './database.ts';
import { NexusError } from './errors.ts';
import { requireScope } from './roles.ts';

export async function getOrg(ctx: Context): Promise<Org> {
  requireScope(ctx.actor, 'platform:read');
  return ctx.db.transaction().execute((tx) => readOrg(tx, ctx.orgId));
}

/** Throws `not-found` when the caller does not see it. */
export async function readOrg(tx: Tx, orgId: string): Promise<Org> {
  const row = await tx
    .selectFrom('orgs')
    .select(['id', 'name', 'storage_limit_bytes', 'created_at'])
    .where('id', '=', orgId)
    .executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'This organisation does not exist, or you do not belong to it.');
  return {
    id: row.id,
    name: row.name,
    storageLimitBytes: row.storage_limit_bytes,
    createdAt: row.created_at.toISOString(),
  };
}
