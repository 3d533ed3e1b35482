import { type RawBuilder, sql } from 'kysely';
import { type Context, requireScope } from '../platform/index.ts';
import type { Facets, ItemFilter } from './library-contracts.ts';
import { matchingItems, shownSpeaker } from './matching-items.ts';

/** Of each facet; a list of hundreds of tags helps nobody choose. */
const SHOWN = 50;

interface Row {
  facet: keyof Omit<Facets, 'total'> | 'total';
  value: string | null;
  label: string | null;
  count: number;
}

/** What the filters of the library offer, with how many items each choice would leave. One statement. */
export async function listFacets(ctx: Context, filter: ItemFilter): Promise<Facets> {
  requireScope(ctx.actor, 'archive:read');

  const column = (name: 'kind' | 'status' | 'source' | 'language') =>
    facet(name, sql`select i.${sql.raw(name)} as value, null as label from items i where ${ours(ctx, filter, name)}`);
  const tags = facet(
    'tag',
    sql`select t.value, null as label from items i cross join lateral unnest(i.tags) t(value) where ${ours(ctx, filter)}`,
  );
  const speakers = facet(
    'speaker',
    // Voices that nobody has named are not the same person in two recordings.
    sql`select distinct ${shownSpeaker} as value, null as label, i.id from items i
      join item_speakers s on s.item_id = i.id left join speakers p on p.id = s.speaker_id
      where ${ours(ctx, filter, 'speaker')} and ${shownSpeaker} !~* '^(speaker|spk|s)?[ _-]*[0-9]+$'`,
  );
  const collections = facet(
    'collection',
    sql`select c.id::text as value, c.name as label from items i
      join collection_items m on m.item_id = i.id join collections c on c.id = m.collection_id
      where ${ours(ctx, filter, 'collection')}`,
  );
  const total = sql`select 'total' as facet, null as value, null as label, count(*)::int as count from items i where ${ours(ctx, filter)}`;
  const all = [
    column('kind'),
    column('status'),
    column('source'),
    column('language'),
    tags,
    speakers,
    collections,
    total,
  ];

  const { rows } = await ctx.db.transaction().execute((tx) =>
    sql<Row>`${sql.join(
      all.map((part) => sql`(${part})`),
      sql` union all `,
    )}`.execute(tx),
  );
  const of = (name: Row['facet']) =>
    rows.flatMap(({ facet: found, value, label, count }) =>
      found === name && value !== null ? [{ value, count, label: label ?? value }] : [],
    );
  const plain = (name: Row['facet']) => of(name).map(({ value, count }) => ({ value, count }));
  return {
    total: rows.find(({ facet: found }) => found === 'total')?.count ?? 0,
    kind: plain('kind'),
    status: plain('status'),
    source: plain('source'),
    language: plain('language'),
    tag: plain('tag'),
    speaker: plain('speaker'),
    collection: of('collection'),
  };
}

/** Tags narrow each other, so their own choice stays in force. */
function ours(ctx: Context, filter: ItemFilter, facetOf?: Parameters<typeof matchingItems>[1]): RawBuilder<unknown> {
  return sql`i.org_id = ${ctx.orgId} ${matchingItems(filter, facetOf)}`;
}

function facet(name: Row['facet'], values: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select ${sql.lit(name)} as facet, v.value, v.label, count(*)::int as count from (${values}) v
    where v.value is not null group by v.value, v.label order by count desc, v.value limit ${sql.lit(SHOWN)}`;
}
