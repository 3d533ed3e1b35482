import type { Facets, ItemOrder } from '@nexus/shared/archive';

/** Filters of which several choices may stand at once. */
export const FACETS = ['kind', 'tag', 'speaker', 'language', 'collection', 'status', 'source'] as const;
export type Facet = (typeof FACETS)[number] & keyof Facets;

/** What narrows the library and in which order it stands, as the address says it. Days are days of UTC. */
export type LibraryFilter = Record<Facet, string[]> & {
  q: string;
  /** `2026-11-21`, both days included. */
  since: string;
  until: string;
  minMinutes: string;
  maxMinutes: string;
  sort: ItemOrder;
};

export const ITEM_ORDERS = ['newest', 'oldest', 'title', 'longest', 'largest', 'changed'] as const;

const SINGLE = ['q', 'since', 'until', 'minMinutes', 'maxMinutes'] as const;
const DAY = /^\d{4}-\d\d-\d\d$/;
const MINUTES = /^\d{1,6}(\.\d+)?$/;
const DAY_MS = 86_400_000;

/** Reads an address. What makes no sense is left out, so that a mistyped link still shows the library. */
export function readFilter(query: URLSearchParams): LibraryFilter {
  const one = (name: string, form?: RegExp) => {
    const value = query.get(name)?.trim() ?? '';
    return !form || form.test(value) ? value : '';
  };
  const sort = query.get('sort');
  return {
    kind: several(query, 'kind'),
    tag: several(query, 'tag'),
    speaker: several(query, 'speaker'),
    language: several(query, 'language'),
    collection: several(query, 'collection').slice(0, 1),
    status: several(query, 'status'),
    source: several(query, 'source'),
    q: one('q').slice(0, 200),
    since: one('since', DAY),
    until: one('until', DAY),
    minMinutes: one('minMinutes', MINUTES),
    maxMinutes: one('maxMinutes', MINUTES),
    sort: ITEM_ORDERS.find((order) => order === sort) ?? 'newest',
  };
}

/** The address of a filter. Empty for the whole library, newest first. */
export function queryOf(filter: LibraryFilter): URLSearchParams {
  const query = new URLSearchParams();
  for (const facet of FACETS) for (const value of filter[facet]) query.append(facet, value);
  for (const name of SINGLE) if (filter[name]) query.set(name, filter[name]);
  if (filter.sort !== 'newest') query.set('sort', filter.sort);
  return query;
}

/** The same as the API takes it: times in place of days, seconds in place of minutes. */
export function apiQueryOf(filter: LibraryFilter): URLSearchParams {
  const query = queryOf({ ...filter, since: '', until: '', minMinutes: '', maxMinutes: '' });
  if (filter.since) query.set('since', startOf(filter.since));
  if (filter.until) query.set('until', endOf(filter.until));
  if (filter.minMinutes) query.set('minSeconds', String(Number(filter.minMinutes) * 60));
  if (filter.maxMinutes) query.set('maxSeconds', String(Number(filter.maxMinutes) * 60));
  return query;
}

export const startOf = (day: string): string => `${day}T00:00:00Z`;
/** The first moment after it. */
export const endOf = (day: string): string => new Date(Date.parse(startOf(day)) + DAY_MS).toISOString();

export const isFiltered = (filter: LibraryFilter): boolean => queryOf({ ...filter, sort: 'newest' }).size > 0;

/** How many things narrow it, apart from the words typed. */
export const countFilters = (filter: LibraryFilter): number => queryOf({ ...filter, q: '', sort: 'newest' }).size;

const several = (query: URLSearchParams, name: string): string[] =>
  [...new Set(query.getAll(name).map((value) => value.trim()))].filter(Boolean).slice(0, 20);
