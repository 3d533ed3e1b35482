/** Many chunks at once: what indexing would leave behind, copied in without its triggers, which do the same item by item. */
import type { DB } from '@nexus/shared/platform';
import { type Kysely, sql } from 'kysely';
import { BENCH_ORG, type ChunkFixture } from './chunk-fixture.ts';

const CHUNK_COLUMNS =
  'number, org_id, item_id, position, text, text_hash, configuration, lexemes, lexeme_count, speaker, segment_offsets, segment_positions';

/**
 * Items of four kinds, with tags, speakers and days that filters tell apart. `folder` is where the server finds the fixture's
 * files. Every 20th item is in the collection whose id it returns.
 */
export async function fillChunks(kysely: Kysely<DB>, { items }: ChunkFixture, folder: string): Promise<string> {
  await kysely.connection().execute(async (connection) => {
    await sql`set session_replication_role = replica`.execute(connection);
    await sql`set maintenance_work_mem = '256MB'`.execute(connection);
    await insertItems(connection, items);
    await sql.raw(`copy chunks (${CHUNK_COLUMNS}) from '${folder}/chunks'`).execute(connection);
    await copyLexemes(connection, folder);
    await countCorpus(connection);
    await sql`set session_replication_role = origin`.execute(connection);
    await sql`reset maintenance_work_mem`.execute(connection);
  });
  const collection = await collect(kysely);
  await sql`vacuum analyze chunks, chunk_lexemes, corpus_lexemes, items`.execute(kysely);
  return collection;
}

function insertItems(connection: Kysely<DB>, items: number) {
  return sql`
    insert into items (id, org_id, kind, source, status, title, language, tags, created_at)
    select ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ${BENCH_ORG},
      (array['audio', 'video', 'pdf', 'text'])[1 + n % 4], 'file', 'ready', 'Item ' || n, 'en',
      array['tag-' || n % 20, 'half-' || n % 2], now() - make_interval(days => n % 1000)
    from generate_series(0, ${items}::int - 1) n
  `.execute(connection);
}

/** The key comes after the rows: sorted once it is made three times as fast. */
async function copyLexemes(connection: Kysely<DB>, folder: string): Promise<void> {
  await sql`alter table chunk_lexemes drop constraint chunk_lexemes_pkey`.execute(connection);
  await sql.raw(`copy chunk_lexemes from '${folder}/chunk_lexemes'`).execute(connection);
  await sql`alter table chunk_lexemes add constraint chunk_lexemes_pkey primary key (org_id, lexeme, item_id)`.execute(
    connection,
  );
}

async function countCorpus(connection: Kysely<DB>): Promise<void> {
  await sql`
    insert into corpus_lexemes (org_id, lexeme, chunk_count)
    select org_id, lexeme, sum(cardinality(chunk_numbers)) from chunk_lexemes group by 1, 2
  `.execute(connection);
  await sql`
    insert into corpus_statistics (org_id, configuration, chunk_count, lexeme_total)
    select org_id, configuration, count(*), sum(lexeme_count) from chunks where org_id = ${BENCH_ORG} group by 1, 2
  `.execute(connection);
}

async function collect(kysely: Kysely<DB>): Promise<string> {
  const { id } = await kysely
    .insertInto('collections')
    .values({ org_id: BENCH_ORG, name: 'Some' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await sql`
    insert into collection_items (collection_id, item_id, org_id)
    select ${id}, i.id, i.org_id from items i where i.org_id = ${BENCH_ORG} and 'tag-7' = any (i.tags)
  `.execute(kysely);
  return id;
}
