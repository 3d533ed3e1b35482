import { queueReembedding } from '@nexus/shared/assistant';
import { instanceConnections } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { WorkerPorts } from '../platform/ports.ts';

/** At start: the environment may name another embedder now, and a worker that died left its work half done. */
export async function reembedAfterStart(ports: WorkerPorts): Promise<void> {
  const forEveryone = instanceConnections(ports.keys, 'embedder').length > 0;
  await queueFor(
    ports,
    sql`select org_id from corpus_statistics where chunk_count > 0 and (${forEveryone}
      or org_id in (select org_id from embedding_indexes)
      or org_id in (select org_id from credentials where kind = 'embedder' and enabled))`,
  );
}

/** By the clock: what was refused may be taken now, and nothing is left between two embedders. */
export async function catchUpEmbeddings(ports: WorkerPorts): Promise<void> {
  await queueFor(
    ports,
    sql`select org_id from embedding_indexes where problem is not null or next_embedder is not null`,
  );
}

async function queueFor(ports: WorkerPorts, orgs: ReturnType<typeof sql>): Promise<void> {
  await ports.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ org_id: string }>`select distinct org_id from (${orgs}) o`.execute(tx);
    for (const { org_id } of rows) await queueReembedding(ports, tx, org_id);
  });
}
