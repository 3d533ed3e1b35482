import { type RawBuilder, sql } from 'kysely';
import type { ItemFilter } from './library-contracts.ts';

type Facet = 'kind' | 'status' | 'source' | 'language' | 'tag' | 'speaker' | 'collection';

/**
 * Conditions on `items i` for a filter, each begun with `and`. `without` leaves one facet's own choice out: the counts of a
 * facet tell what another choice would give.
 */
export function matchingItems(filter: ItemFilter, without?: Facet): RawBuilder<unknown> {
  const chosen: ItemFilter = without ? { ...filter, [without]: undefined } : filter;
  const { kind, status, source, language, tag, speaker, collection } = chosen;
  const { q, since, until, minSeconds, maxSeconds } = filter;
  const parts = [
    kind && sql`and i.kind = any(${kind}::text[])`,
    status && sql`and i.status = any(${status}::text[])`,
    source && sql`and i.source = any(${source}::text[])`,
    language && sql`and i.language = any(${language}::text[])`,
    tag && sql`and i.tags @> ${tag}::text[]`,
    speaker && sql`and i.id in (${itemsOfSpeakers(speaker)})`,
    collection && sql`and i.id in (select c.item_id from collection_items c where c.collection_id = ${collection})`,
    q && sql`and (i.title ilike ${containing(q)} or i.original_name ilike ${containing(q)})`,
    since && sql`and i.created_at >= ${since}::timestamptz`,
    until && sql`and i.created_at < ${until}::timestamptz`,
    minSeconds !== undefined && sql`and i.duration_seconds >= ${minSeconds}::float8`,
    maxSeconds !== undefined && sql`and i.duration_seconds <= ${maxSeconds}::float8`,
  ];
  return sql.join(
    parts.filter((part) => part !== undefined && part !== false && part !== ''),
    sql` `,
  );
}

/** What is shown for a voice: the person's name, the one it has in this item, or what the transcript calls it. */
export const shownSpeaker = sql<string>`coalesce(p.name, s.name, s.label)`;

const itemsOfSpeakers = (names: readonly string[]): RawBuilder<unknown> => sql`
  select s.item_id from item_speakers s left join speakers p on p.id = s.speaker_id where ${shownSpeaker} = any(${names}::text[])`;

const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
