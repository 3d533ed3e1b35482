import type { SearchResponse } from '@nexus/shared/assistant';
import { readFilter } from '#lib/archive/library-filter.ts';
import { requestOf } from '#lib/assistant/search-address.ts';
import type { PageServerLoad } from './$types';

/** The address holds the question and its filters, so a search can be shared, reloaded and gone back to. */
export const load: PageServerLoad = async ({ locals, url, isDataRequest }) => {
  const query = (url.searchParams.get('q') ?? '').trim().slice(0, 1000);
  const filter = { ...readFilter(url.searchParams), q: query };
  const request = requestOf(filter);
  if (!request) return { query, filter, request, answer: null };
  const answer = locals.api.post<SearchResponse>('/search', request);
  // A failure is met where the promise is awaited; unmet for a moment it would end the process.
  answer.catch(() => undefined);
  return { query, filter, request, answer: isDataRequest ? answer : await answer };
};
