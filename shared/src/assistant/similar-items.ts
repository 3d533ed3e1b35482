import { sql } from 'kysely';
import { findItem, type ItemRow, toItemSummary } from '../archive/item-rows.ts';
import { type Context, requireScope, type Tx } from '../platform/index.ts';
import { hasVectors } from './rank-by-vectors.ts';
import type { SimilarItems } from './search-contracts.ts';

const SHOWN = 6;
/** Nearest passages looked at: several of one item count as one. */
const PASSAGES = 120;
/** What an item is about: its most telling words. */
const KEY_TERMS = 25;
/** A word in more items than this tells nothing, and its list is long. */
const ITEMS_PER_TERM = 3_000;
const K1 = 1.2;
const B = 0.75;

/** Items like one: nearest to the mean of its vectors where it has some, else those that share its most telling words. */
export async function similarItems(ctx: Context, { itemId }: { itemId: string }): Promise<SimilarItems> {
  requireScope(ctx.actor, 'archive:read');

  const { rows, mode } = await ctx.db.transaction().execute(async (tx) => {
    await findItem(tx, itemId);
    const nearest = (await hasVectors(tx)) ? await byMeaning(tx, ctx.orgId, itemId) : [];
    if (nearest.length > 0) return { rows: nearest, mode: 'vectors' as const };
    return { rows: await byWords(tx, ctx.orgId, itemId), mode: 'words' as const };
  });
  return { items: await Promise.all(rows.map((row) => toItemSummary(row, ctx.storage))), mode };
}

/** Empty when the item has no vectors. */
async function byMeaning(tx: Tx, orgId: string, itemId: string): Promise<ItemRow[]> {
  await sql`select set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', '200', true)`.execute(
    tx,
  );
  const own = await sql<{ embedder: string; mean: string }>`
    select e.embedder, avg(e.embedding)::text as mean
    from chunk_embeddings e join chunks c on c.id = e.chunk_id
    where c.item_id = ${itemId} group by e.embedder order by count(*) desc limit 1
  `.execute(tx);
  const [center] = own.rows;
  if (!center) return [];
  const { rows } = await sql<ItemRow>`
    with nearest as materialized (
      select e.chunk_id, e.embedding <=> ${center.mean}::extensions.vector as distance
      from chunk_embeddings e
      where e.org_id = ${orgId} and e.embedder = ${center.embedder}
        and e.chunk_id not in (select id from chunks where item_id = ${itemId})
      order by distance limit ${PASSAGES})
    select i.* from (
      select c.item_id, min(n.distance) as distance from nearest n join chunks c on c.id = n.chunk_id group by c.item_id) best
    join items i on i.id = best.item_id
    order by best.distance, i.id limit ${SHOWN}
  `.execute(tx);
  return rows;
}

/** BM25 over items in place of passages: in how many of its passages a word stands is its frequency. */
async function byWords(tx: Tx, orgId: string, itemId: string): Promise<ItemRow[]> {
  const { rows } = await sql<ItemRow>`
    with total as (select greatest(sum(chunk_count), 1)::float8 as chunks from corpus_statistics where org_id = ${orgId}),
    own as (
      select u.lexeme, count(*) as passages
      from chunks c cross join lateral unnest(c.lexemes) u
      where c.item_id = ${itemId} and length(u.lexeme) > 2 group by u.lexeme),
    terms as materialized (
      select o.lexeme, ln(1 + o.passages) * ln(1 + t.chunks / k.chunk_count) as weight
      from own o cross join total t join corpus_lexemes k on k.org_id = ${orgId} and k.lexeme = o.lexeme
      where k.chunk_count > o.passages and k.chunk_count <= ${ITEMS_PER_TERM}
      order by weight desc, o.lexeme limit ${KEY_TERMS}),
    shared as (
      select l.item_id, t.weight, cardinality(l.chunk_numbers)::float8 as frequency
      from terms t join chunk_lexemes l on l.org_id = ${orgId} and l.lexeme = t.lexeme
      where l.item_id <> ${itemId}),
    candidates as (
      select item_id from shared group by item_id order by sum(weight) desc, item_id limit 200),
    sized as materialized (
      select d.item_id, (select count(*) from chunks c where c.item_id = d.item_id)::float8 as length from candidates d),
    scored as (
      select s.item_id, sum(s.weight * s.frequency * (${K1}::float8 + 1) /
        (s.frequency + ${K1}::float8 * (1 - ${B}::float8 + ${B}::float8 * z.length / (select avg(length) from sized)))) as score
      from shared s join sized z on z.item_id = s.item_id group by s.item_id)
    select i.* from scored join items i on i.id = scored.item_id
    order by scored.score desc, i.id limit ${SHOWN}
  `.execute(tx);
  return rows;
}
