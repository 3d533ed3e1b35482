import { sql } from 'kysely';
import type { Tx } from '../../platform/index.ts';
import { questionWords } from './question-words.ts';

/**
 * How much of a search each chunk holds, 0 to 1: the share of its words, weighted by how seldom they are in the archive. A
 * word that is nowhere weighs most, so “migration of penguins” is not answered by the migration of a database. The constants
 * keep the words of an archive of three notes from all being common ones.
 */
export async function coverageOf(
  tx: Tx,
  orgId: string,
  chunkIds: readonly string[],
  query: string,
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; coverage: number }>`
    with total as (select coalesce(sum(chunk_count), 0)::float8 as chunks from corpus_statistics where org_id = ${orgId}),
    found as materialized (select id, configuration, lexemes from chunks where id = any(${[...chunkIds]}::uuid[])),
    asked as (
      select distinct f.configuration, l.lexeme
      from (select distinct configuration from found) f
      cross join lateral unnest(to_tsvector(f.configuration::regconfig, ${questionWords(query).join(' ')})) l),
    weighted as (
      select a.configuration, a.lexeme,
        ln(1 + (total.chunks + 10) / (coalesce(k.chunk_count, 0) + 5)) as weight
      from asked a cross join total
      left join corpus_lexemes k on k.org_id = ${orgId} and k.lexeme = a.lexeme)
    select f.id, coalesce(sum(w.weight) filter (where w.lexeme = any(tsvector_to_array(f.lexemes))) / nullif(sum(w.weight), 0), 0)::float8 as coverage
    from found f join weighted w on w.configuration = f.configuration
    group by f.id
  `.execute(tx);
  return new Map(rows.map(({ id, coverage }) => [id, coverage]));
}

/** Of a long question a passage need not hold as large a share: half of its words are by the way. */
export function leastCoverage(query: string): number {
  return 0.2 + 0.6 / Math.max(1, questionWords(query).length);
}
