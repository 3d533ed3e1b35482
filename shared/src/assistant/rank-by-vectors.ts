import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../platform/index.ts';
import type { Ranked } from './bm25.ts';
import { isNarrowed, itemsInScope, type RankScope, spokenChunks } from './rank-scope.ts';

/** Whether this database has vectors at all: their migration is left out where pgvector is missing. */
export async function hasVectors(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{
    there: boolean;
  }>`select to_regclass('public.chunk_embeddings') is not null as there`.execute(tx);
  return rows[0]?.there ?? false;
}

/**
 * Chunks nearest in meaning. The search of the index stands alone with its limit, so that the index is used; pgvector goes on
 * until enough rows are in scope: a filter applied afterwards would leave a page of what is nearest elsewhere.
 */
export async function rankByVectors(
  tx: Tx,
  scope: RankScope,
  embedderId: string,
  vector: Float32Array,
  limit: number,
): Promise<Ranked[]> {
  await sql`select set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', '200', true)`.execute(
    tx,
  );
  const { rows } = await sql<{ number: number; score: number }>`
    with nearest as materialized (
      select e.chunk_id, e.embedding <=> ${vectorLiteral(vector)}::extensions.vector as distance
      from chunk_embeddings e
      where e.org_id = ${scope.orgId} and e.embedder = ${embedderId}
        ${isNarrowed(scope) ? sql`and e.chunk_id in (${chunksInScope(scope)})` : sql``}
      order by distance
      limit ${limit})
    select c.number, 1 - n.distance as score
    from nearest n join chunks c on c.id = n.chunk_id
    order by n.distance, c.number
  `.execute(tx);
  return rows;
}

function chunksInScope(scope: RankScope): RawBuilder<unknown> {
  return sql`select c.id from chunks c where c.item_id in (${itemsInScope(scope)})
    ${scope.speakers ? sql`and c.number in (select s.number from (${spokenChunks(scope)}) s)` : sql``}`;
}

/** pgvector's text form. */
export function vectorLiteral(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}
