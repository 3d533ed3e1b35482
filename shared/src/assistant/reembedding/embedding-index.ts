import { sql } from 'kysely';
import { z } from 'zod';
import type { Connection, Tx } from '../../platform/index.ts';

export interface EmbeddingIndex {
  /** Whose vectors serve. */
  readonly embedder: string;
  /** How its connection was set up when they were made. */
  readonly adapter: string;
  readonly settings: Record<string, unknown>;
  readonly credentialId: string | null;
  /** Whose vectors are being made. */
  readonly next: string | null;
  readonly problem: string | null;
}

export async function readIndex(tx: Tx, orgId: string): Promise<EmbeddingIndex | null> {
  const row = await tx.selectFrom('embedding_indexes').selectAll().where('org_id', '=', orgId).executeTakeFirst();
  if (!row) return null;
  const { embedder, adapter, credential_id: credentialId, next_embedder: next, problem } = row;
  const settings = z.record(z.string(), z.unknown()).parse(row.settings);
  return { embedder, adapter, settings, credentialId, next, problem };
}

/**
 * Says whose vectors are made from now on. The first ever serve at once, and so do those of the embedder that serves already;
 * any other one is next.
 */
export async function beginIndex(tx: Tx, orgId: string, embedder: string, connection: Connection): Promise<void> {
  const { adapter, settings, id } = connection;
  const values = { adapter, settings: JSON.stringify(settings), credential_id: id };
  await tx
    .insertInto('embedding_indexes')
    .values({ org_id: orgId, embedder, ...values })
    .onConflict((conflict) => conflict.column('org_id').doNothing())
    .execute();
  await tx
    .updateTable('embedding_indexes')
    .set({ ...values, next_embedder: null })
    .where('org_id', '=', orgId)
    .where('embedder', '=', embedder)
    .execute();
  await tx
    .updateTable('embedding_indexes')
    .set({ next_embedder: embedder })
    .where('org_id', '=', orgId)
    .where('embedder', '<>', embedder)
    .execute();
}

export async function writeIndexProblem(tx: Tx, orgId: string, problem: string | null): Promise<void> {
  await tx
    .updateTable('embedding_indexes')
    .set({ problem })
    .where('org_id', '=', orgId)
    .where('problem', 'is distinct from', problem)
    .execute();
}

/** Search goes by the new vectors from this transaction on. False when a passage still lacks one. */
export async function switchIndex(tx: Tx, orgId: string, embedder: string, connection: Connection): Promise<boolean> {
  // Held: whoever stores passages meanwhile reads this row afterwards, and sees for whom they need vectors.
  await tx.selectFrom('embedding_indexes').select('org_id').where('org_id', '=', orgId).forUpdate().execute();
  if ((await lackingChunks(tx, orgId, embedder, { after: 0, limit: 1 })).length > 0) return false;
  const { adapter, settings, id } = connection;
  await tx
    .updateTable('embedding_indexes')
    .set({
      embedder,
      adapter,
      settings: JSON.stringify(settings),
      credential_id: id,
      next_embedder: null,
      problem: null,
    })
    .where('org_id', '=', orgId)
    .execute();
  return true;
}

/** Passages without a vector of this embedder, by number. */
export async function lackingChunks(
  tx: Tx,
  orgId: string,
  embedder: string,
  { after, limit }: { after: number; limit: number },
) {
  return tx
    .selectFrom('chunks as c')
    .select(['c.id', 'c.number', 'c.heading', 'c.text'])
    .where('c.org_id', '=', orgId)
    .where('c.number', '>', after)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('chunk_embeddings as e')
            .select('e.chunk_id')
            .whereRef('e.chunk_id', '=', 'c.id')
            .where('e.embedder', '=', embedder),
        ),
      ),
    )
    .orderBy('c.number')
    .limit(limit)
    .execute();
}

/** Removes some vectors that serve nobody any more; returns how many. */
export async function deleteOtherVectors(tx: Tx, orgId: string, embedder: string, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from chunk_embeddings where (chunk_id, embedder) in (
      select chunk_id, embedder from chunk_embeddings where org_id = ${orgId} and embedder <> ${embedder} limit ${limit})
    returning 1
  `.execute(tx);
  return rows.length;
}
