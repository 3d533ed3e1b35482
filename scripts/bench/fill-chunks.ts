/** Many chunks at once: what indexing would leave behind, written without its triggers, which do the same item by item. */
import type { DB } from '@nexus/shared/platform';
import { type Kysely, sql } from 'kysely';
import type { SyntheticLanguage } from './synthetic-language.ts';

const CHUNKS_PER_ITEM = 50;
const ITEMS_PER_STATEMENT = 20;

export interface Fixture {
  readonly titles: readonly string[];
  /** Fifty for each title. */
  readonly texts: readonly string[];
}

/** Written once, stored in as many databases as are measured. Chunks of about 1,150 characters. */
export function fixtureOf(language: SyntheticLanguage, chunks: number): Fixture {
  const titles = Array.from({ length: Math.ceil(chunks / CHUNKS_PER_ITEM) }, () => language.sentence(4));
  return {
    titles,
    texts: titles.flatMap(() => Array.from({ length: CHUNKS_PER_ITEM }, () => language.paragraph(1_150))),
  };
}

/** Items of four kinds, with tags, speakers and days that filters tell apart. Every 20th is in the collection whose id it returns. */
export async function fillChunks(kysely: Kysely<DB>, orgId: string, { titles, texts }: Fixture): Promise<string> {
  await kysely.connection().execute(async (connection) => {
    await sql`set session_replication_role = replica`.execute(connection);
    await sql`set work_mem = '256MB'`.execute(connection);
    for (let first = 0; first < titles.length; first += ITEMS_PER_STATEMENT) {
      const some = titles.slice(first, first + ITEMS_PER_STATEMENT);
      const start = first * CHUNKS_PER_ITEM;
      await insertItems(connection, orgId, first, some);
      await insertChunks(connection, orgId, first, texts.slice(start, start + some.length * CHUNKS_PER_ITEM));
    }
    await indexAll(connection, orgId);
    await sql`set session_replication_role = origin`.execute(connection);
    await sql`reset work_mem`.execute(connection);
  });
  const collection = await collect(kysely, orgId);
  await sql`vacuum analyze chunks, chunk_lexemes, corpus_lexemes, items`.execute(kysely);
  return collection;
}

const idOf = (first: number, n: ReturnType<typeof sql>) =>
  sql`('00000000-0000-4000-8000-' || lpad(to_hex(${first}::bigint + ${n}), 12, '0'))::uuid`;

function insertItems(connection: Kysely<DB>, orgId: string, first: number, titles: readonly string[]) {
  return sql`
    insert into items (id, org_id, kind, source, status, title, language, tags, created_at)
    select ${idOf(first, sql`n - 1`)}, ${orgId}, (array['audio', 'video', 'pdf', 'text'])[1 + n % 4], 'file', 'ready', title, 'en',
      array['tag-' || n % 20, 'half-' || n % 2], now() - make_interval(days => (${first}::int + n::int) % 1000)
    from unnest(${titles}::text[]) with ordinality t(title, n)
  `.execute(connection);
}

/** Three speakers an item, of thirty. */
function insertChunks(connection: Kysely<DB>, orgId: string, first: number, texts: readonly string[]) {
  return sql`
    insert into chunks (org_id, item_id, position, text, text_hash, configuration, lexemes, lexeme_count, speaker,
      segment_offsets, segment_positions)
    select ${orgId}, ${idOf(first, sql`(n - 1) / ${CHUNKS_PER_ITEM}::int`)}, (n - 1) % ${CHUNKS_PER_ITEM}::int, text, n, 'english',
      v.lexemes, 1 + length(text) / 12, 'Person ' || (${first}::int + n / ${CHUNKS_PER_ITEM}::int + n % 3 * 7) % 30, '{0}', '{0}'
    from unnest(${texts}::text[]) with ordinality t(text, n) cross join lateral to_tsvector('english', text) v(lexemes)
  `.execute(connection);
}

/** The key comes after the rows: sorted once it is made three times as fast. */
async function indexAll(connection: Kysely<DB>, orgId: string): Promise<void> {
  await sql`alter table chunk_lexemes drop constraint chunk_lexemes_pkey`.execute(connection);
  await sql`
    insert into chunk_lexemes (org_id, lexeme, item_id, chunk_numbers, frequencies, chunk_lengths)
    select c.org_id, u.lexeme, c.item_id, array_agg(c.number), array_agg(cardinality(u.positions)::smallint), array_agg(c.lexeme_count::smallint)
    from chunks c cross join lateral unnest(c.lexemes) u
    group by c.item_id, u.lexeme, c.org_id
  `.execute(connection);
  await sql`alter table chunk_lexemes add constraint chunk_lexemes_pkey primary key (org_id, lexeme, item_id)`.execute(
    connection,
  );
  await sql`
    insert into corpus_lexemes (org_id, lexeme, chunk_count)
    select org_id, lexeme, sum(cardinality(chunk_numbers)) from chunk_lexemes group by 1, 2
  `.execute(connection);
  await sql`
    insert into corpus_statistics (org_id, configuration, chunk_count, lexeme_total)
    select org_id, configuration, count(*), sum(lexeme_count) from chunks where org_id = ${orgId} group by 1, 2
  `.execute(connection);
}

async function collect(kysely: Kysely<DB>, orgId: string): Promise<string> {
  const { id } = await kysely
    .insertInto('collections')
    .values({ org_id: orgId, name: 'Some' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await sql`
    insert into collection_items (collection_id, item_id, org_id)
    select ${id}, i.id, i.org_id from items i where i.org_id = ${orgId} and 'tag-7' = any (i.tags)
  `.execute(kysely);
  return id;
}
