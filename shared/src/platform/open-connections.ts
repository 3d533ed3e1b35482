import { z } from 'zod';
import type { Tx } from './database.ts';
import type { Connection } from './instance-connections.ts';
import type { Vault } from './ports.ts';

const Fields = z.record(z.string(), z.unknown());

/** What binds a secret to its row: moved to another row or organisation it does not open. */
export const credentialContext = (orgId: string, credentialId: string): string => `credential:${orgId}:${credentialId}`;

/**
 * Enabled connections of a kind in their order of preference, secrets opened. Needs a transaction as `service_role`:
 * nobody else may read secrets.
 */
export async function openConnections(tx: Tx, vault: Vault, orgId: string, kind: string): Promise<Connection[]> {
  const rows = await enabledOf(tx, orgId).where('kind', '=', kind).orderBy('position').orderBy('created_at').execute();
  return Promise.all(rows.map((row) => open(row, vault, orgId)));
}

/** One enabled connection, its secret opened; null when it is gone or switched off. Needs a transaction as `service_role`. */
export async function openConnection(tx: Tx, vault: Vault, orgId: string, id: string): Promise<Connection | null> {
  const row = await enabledOf(tx, orgId).where('id', '=', id).executeTakeFirst();
  return row ? open(row, vault, orgId) : null;
}

const enabledOf = (tx: Tx, orgId: string) =>
  tx
    .selectFrom('credentials')
    .select(['id', 'adapter', 'label', 'settings', 'ciphertext', 'key_id'])
    .where('org_id', '=', orgId)
    .where('enabled', '=', true);

type Row = Awaited<ReturnType<ReturnType<typeof enabledOf>['execute']>>[number];

const open = async (row: Row, vault: Vault, orgId: string): Promise<Connection> => ({
  id: row.id,
  adapter: row.adapter,
  label: row.label,
  settings: Fields.parse(row.settings),
  credentials: await openSecret(row, vault, orgId),
});

async function openSecret({ id, ciphertext, key_id: keyId }: Row, vault: Vault, orgId: string) {
  if (ciphertext === null || keyId === null) return {};
  return Fields.parse(JSON.parse(await vault.open({ ciphertext, keyId }, credentialContext(orgId, id))));
}
