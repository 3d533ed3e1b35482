import { type RawBuilder, sql } from 'kysely';
import type { SearchRequest } from './contracts.ts';

/** Which chunks may be found: those of one organisation, of items as the request names them, said by whom it names. */
export type RankScope = { readonly orgId: string } & Pick<
  SearchRequest,
  'itemId' | 'kinds' | 'collectionId' | 'tags' | 'speakers' | 'languages' | 'since' | 'until'
>;

/** Whether anything but the organisation limits what may be found. */
export const isNarrowed = (scope: RankScope): boolean =>
  Object.entries(LIMITS).some(([name]) => scope[name as keyof typeof LIMITS] !== undefined);

/** Named one by one, because a request carries more than its limits. */
const LIMITS: Record<Exclude<keyof RankScope, 'orgId'>, true> = {
  itemId: true,
  kinds: true,
  collectionId: true,
  tags: true,
  speakers: true,
  languages: true,
  since: true,
  until: true,
};

/**
 * The ids of the items in scope: `select id …`. Those in which one of the speakers speaks, when some are named; `spoken` is where
 * to read that from.
 */
export function itemsInScope(scope: RankScope, spoken = spokenChunks(scope)): RawBuilder<unknown> {
  const { orgId, itemId, kinds, collectionId, tags, languages, since, until } = scope;
  return sql`select i.id from items i where i.org_id = ${orgId}
    ${itemId ? sql`and i.id = ${itemId}` : sql``}
    ${kinds ? sql`and i.kind = any(${kinds}::text[])` : sql``}
    ${tags ? sql`and i.tags @> ${tags}::text[]` : sql``}
    ${languages ? sql`and i.language = any(${languages}::text[])` : sql``}
    ${since ? sql`and i.created_at >= ${since}::timestamptz` : sql``}
    ${until ? sql`and i.created_at < ${until}::timestamptz` : sql``}
    ${collectionId ? sql`and i.id in (select c.item_id from collection_items c where c.collection_id = ${collectionId})` : sql``}
    ${scope.speakers ? sql`and i.id in (select c.item_id from (${spoken}) c)` : sql``}`;
}

/** Item and number of the chunks that somebody in scope says. A chunk has the name its speaker had when it was indexed; one that was named since is found by the voice's label. */
export const spokenChunks = ({ orgId, speakers = [] }: RankScope): RawBuilder<unknown> => sql`
  select c.item_id, c.number from chunks c where c.org_id = ${orgId} and c.speaker = any(${speakers}::text[])
  union all
  select c.item_id, c.number from item_speakers v left join speakers p on p.id = v.speaker_id
  join chunks c on c.item_id = v.item_id and c.speaker = v.label
  where v.org_id = ${orgId} and coalesce(p.name, v.name) = any(${speakers}::text[]) and v.label <> all(${speakers}::text[])`;
