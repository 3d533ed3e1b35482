import { type RawBuilder, sql } from 'kysely';
import type { SearchRequest } from './contracts.ts';

/** Which chunks may be found: those of one organisation, of items as the request names them, said by whom it names. */
export type RankScope = { readonly orgId: string } & Pick<
  SearchRequest,
  'itemId' | 'kinds' | 'collectionId' | 'tags' | 'speakers' | 'languages' | 'since' | 'until'
>;

/** Whether anything but the organisation limits what may be found. */
export const isNarrowed = (scope: RankScope): boolean =>
  Boolean(scope.itemId) || namesItems(scope) || scope.speakers !== undefined;

/** Whether the items are limited by what they are, and not by their id. */
export const namesItems = ({ kinds, collectionId, tags, languages, since, until }: RankScope): boolean =>
  [kinds, collectionId, tags, languages, since, until].some((limit) => limit !== undefined);

/** The ids of the items in scope, for `in (…)`. Without an item's id: that is compared where the ids are read. */
export function itemsInScope({
  orgId,
  kinds,
  collectionId,
  tags,
  languages,
  since,
  until,
}: RankScope): RawBuilder<unknown> {
  return sql`select i.id from items i where i.org_id = ${orgId}
    ${kinds ? sql`and i.kind = any(${kinds}::text[])` : sql``}
    ${tags ? sql`and i.tags @> ${tags}::text[]` : sql``}
    ${languages ? sql`and i.language = any(${languages}::text[])` : sql``}
    ${since ? sql`and i.created_at >= ${since}::timestamptz` : sql``}
    ${until ? sql`and i.created_at < ${until}::timestamptz` : sql``}
    ${collectionId ? sql`and i.id in (select c.item_id from collection_items c where c.collection_id = ${collectionId})` : sql``}`;
}

/** The numbers of the chunks that somebody in scope says, for `in (…)`. */
export const chunksOfSpeakers = ({ orgId, speakers }: RankScope): RawBuilder<unknown> =>
  sql`select c.number from chunks c where c.org_id = ${orgId} and c.speaker = any(${speakers ?? []}::text[])`;
