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
  const rows = await tx
    .selectFrom('credentials')
    .select(['id', 'adapter', 'label', 'settings', 'ciphertext', 'key_id'])
    .where('org_id', '=', orgId)
    .where('kind', '=', kind)
    .where('enabled', '=', true)
    .orderBy('position')
    .orderBy('created_at')
    .execute();
  return Promise.all(
    rows.map(async ({ id, adapter, label, settings, ciphertext, key_id: keyId }) => ({
      id,
      adapter,
      label,
      settings: Fields.parse(settings),
      credentials:
        ciphertext === null || keyId === null
          ? {}
          : Fields.parse(JSON.parse(await vault.open({ ciphertext, keyId }, credentialContext(orgId, id)))),
    })),
  );
}
