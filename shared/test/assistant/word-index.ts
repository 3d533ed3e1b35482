import { type Kysely, sql } from 'kysely';
import type { DB } from '../../src/platform/index.ts';

/** Every number of the word index, from the index and counted anew from the chunks. Equal when the triggers did their work. */
export async function wordIndex(kysely: Kysely<DB>, orgId: string): Promise<{ kept: string[]; counted: string[] }> {
  const kept = await sql<{ line: string }>`
    select concat_ws(' ', 'entry', lexeme, e.number, e.frequency, e.length) as line
    from chunk_lexemes l cross join lateral unnest(l.chunk_numbers, l.frequencies, l.chunk_lengths) e(number, frequency, length)
    where org_id = ${orgId}
    union all select concat_ws(' ', 'lexeme', lexeme, chunk_count) from corpus_lexemes where org_id = ${orgId}
    union all select concat_ws(' ', 'corpus', configuration, chunk_count, lexeme_total) from corpus_statistics
      where org_id = ${orgId} and chunk_count <> 0
    order by 1`.execute(kysely);
  const counted = await sql<{ line: string }>`
    with l as (
      select c.number, c.configuration, c.lexeme_count, u.lexeme, cardinality(u.positions) as frequency
      from chunks c cross join lateral unnest(to_tsvector(c.configuration::regconfig, concat_ws(' ', c.heading, c.text))) u
      where c.org_id = ${orgId})
    select concat_ws(' ', 'entry', lexeme, number, frequency, lexeme_count) as line from l
    union all select concat_ws(' ', 'lexeme', lexeme, count(*)) from l group by lexeme
    union all select concat_ws(' ', 'corpus', configuration, count(distinct number), sum(frequency)) from l group by configuration
    order by 1`.execute(kysely);
  return { kept: kept.rows.map(({ line }) => line), counted: counted.rows.map(({ line }) => line) };
}
