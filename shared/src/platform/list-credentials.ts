import type { Selectable } from 'kysely';
import type { Context } from './context.ts';
import { Credential } from './contracts.ts';
import type { DB } from './database.ts';
import { requireScope } from './roles.ts';

/** All that may be read of a connection; the ciphertext is granted to the service alone. */
export const CREDENTIAL_COLUMNS = [
  'id',
  'kind',
  'adapter',
  'label',
  'settings',
  'key_id',
  'position',
  'enabled',
  'created_at',
] as const;

/** Connections by kind, the preferred one first. */
export async function listCredentials(ctx: Context): Promise<Credential[]> {
  requireScope(ctx.actor, 'platform:admin');
  const rows = await ctx.db
    .transaction()
    .execute((tx) =>
      tx
        .selectFrom('credentials')
        .select(CREDENTIAL_COLUMNS)
        .where('org_id', '=', ctx.orgId)
        .orderBy('kind')
        .orderBy('position')
        .orderBy('created_at')
        .execute(),
    );
  return rows.map(toCredential);
}

export function toCredential(
  row: Pick<Selectable<DB['credentials']>, (typeof CREDENTIAL_COLUMNS)[number]>,
): Credential {
  return Credential.parse({
    id: row.id,
    kind: row.kind,
    adapter: row.adapter,
    label: row.label,
    settings: row.settings,
    hasSecret: row.key_id !== null,
    position: row.position,
    enabled: row.enabled,
    createdAt: row.created_at.toISOString(),
  });
}
