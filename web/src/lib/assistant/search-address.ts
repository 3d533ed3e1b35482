import type { SavedRequest } from '@nexus/shared/assistant';
import { endOf, type LibraryFilter, queryOf, readFilter, startOf } from '#lib/archive/library-filter.ts';

/** Filters that passages can be narrowed by. */
export const SEARCH_FACETS = ['kind', 'tag', 'speaker', 'language', 'collection'] as const;

/** What an address asks for, or null without a question. */
export function requestOf(filter: LibraryFilter): SavedRequest | null {
  if (!filter.q) return null;
  const some = <Value>(values: Value[]) => (values.length > 0 ? values : undefined);
  return {
    query: filter.q,
    kinds: some(filter.kind) as SavedRequest['kinds'],
    tags: some(filter.tag),
    speakers: some(filter.speaker),
    languages: some(filter.language),
    collectionId: filter.collection[0],
    since: filter.since ? startOf(filter.since) : undefined,
    until: filter.until ? endOf(filter.until) : undefined,
  };
}

/** The address that asks a saved search again. */
export function addressOf({
  query,
  kinds,
  tags,
  speakers,
  languages,
  collectionId,
  since,
  until,
}: SavedRequest): string {
  const lastDay = until && new Date(Date.parse(until) - 1).toISOString();
  const filter: LibraryFilter = {
    ...readFilter(new URLSearchParams()),
    q: query,
    kind: kinds ?? [],
    tag: tags ?? [],
    speaker: speakers ?? [],
    language: languages ?? [],
    collection: collectionId ? [collectionId] : [],
    since: since?.slice(0, 10) ?? '',
    until: lastDay?.slice(0, 10) ?? '',
  };
  return `/assistant/search?${queryOf(filter)}`;
}
