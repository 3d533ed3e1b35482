import { sql } from 'kysely';
import { actsIn, type Caller } from './caller.ts';
import type { NewOrg, Org } from './contracts.ts';
import { recordAct } from './record-act.ts';

/** Founds an organisation with the caller as its owner. Throws `conflict` when only the first was wanted and there is one. */
export async function createOrg(caller: Caller, { name, onlyFirst = false }: NewOrg): Promise<Org> {
  return caller.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string; name: string; storage_limit_bytes: number | null; created_at: Date }>`
      select id, name, storage_limit_bytes, created_at from private.found_org(${name}, ${caller.email}, ${onlyFirst})`.execute(
      tx,
    );
    const [org] = rows;
    if (!org) throw new Error('private.found_org returned no row');

    await recordAct(tx, actsIn(caller, org.id), {
      action: 'platform.create-org',
      subjectKind: 'org',
      subjectId: org.id,
      details: { name },
    });
    return {
      id: org.id,
      name: org.name,
      storageLimitBytes: org.storage_limit_bytes,
      createdAt: org.created_at.toISOString(),
    };
  });
}
