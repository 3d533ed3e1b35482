import type { Selectable } from 'kysely';
import type { Context } from './context.ts';
import type { ApiKey } from './contracts.ts';
import type { DB } from './database.ts';
import { requireScope, Scope } from './roles.ts';

export const KEY_COLUMNS = [
  'id',
  'name',
  'prefix',
  'scopes',
  'created_by',
  'created_at',
  'expires_at',
  'last_used_at',
  'revoked_at',
] as const;

/** One's own keys; admins see everybody's. Newest first, revoked ones too. */
export async function listKeys(ctx: Context): Promise<ApiKey[]> {
  requireScope(ctx.actor, 'platform:read');
  const rows = await ctx.db
    .transaction()
    .execute((tx) =>
      tx
        .selectFrom('api_keys')
        .select(KEY_COLUMNS)
        .where('org_id', '=', ctx.orgId)
        .orderBy('created_at', 'desc')
        .limit(500)
        .execute(),
    );
  return rows.map(toApiKey);
}

export function toApiKey(row: Pick<Selectable<DB['api_keys']>, (typeof KEY_COLUMNS)[number]>): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: knownScopes(row.scopes),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}

/** A key may be older than the table of scopes: what is no longer known allows nothing. */
export function knownScopes(scopes: readonly string[]): Scope[] {
  return scopes.filter((scope): scope is Scope => Scope.safeParse(scope).success);
}
