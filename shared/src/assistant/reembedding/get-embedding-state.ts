import { sql } from 'kysely';
import { z } from 'zod';
import { type Context, requireScope, type Tx } from '../../platform/index.ts';
import { hasVectors } from '../rank-by-vectors.ts';
import { readIndex } from './embedding-index.ts';

/** How far the search by meaning has come. */
export const EmbeddingState = z.object({
  /** Whose vectors serve search; null when none were ever made. */
  embedder: z.string().nullable(),
  /** Who reads the passages anew, while the other one serves. */
  next: z.string().nullable(),
  /** Passages that have the vector being made, or the serving one when none is. */
  doneCount: z.int(),
  totalCount: z.int(),
  /** What is in the way, in words for a user. */
  problem: z.string().nullable(),
});
export type EmbeddingState = z.infer<typeof EmbeddingState>;

export async function getEmbeddingState(ctx: Pick<Context, 'orgId' | 'actor' | 'db'>): Promise<EmbeddingState> {
  requireScope(ctx.actor, 'assistant:read');

  return ctx.db.transaction().execute(async (tx) => {
    const index = await readIndex(tx, ctx.orgId);
    const { embedder = null, next = null, problem = null } = index ?? {};
    const target = next ?? embedder;
    const doneCount = target && (await hasVectors(tx)) ? await countVectors(tx, ctx.orgId, target) : 0;
    return { embedder, next, doneCount, totalCount: await countChunks(tx, ctx.orgId), problem };
  });
}

async function countVectors(tx: Tx, orgId: string, embedder: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from chunk_embeddings where org_id = ${orgId} and embedder = ${embedder}
  `.execute(tx);
  return rows[0]?.count ?? 0;
}

async function countChunks(tx: Tx, orgId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select coalesce(sum(chunk_count), 0)::int as count from corpus_statistics where org_id = ${orgId}
  `.execute(tx);
  return rows[0]?.count ?? 0;
}
