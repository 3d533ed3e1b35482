import type { SearchResponse } from '@nexus/shared/assistant';
import type { PageServerLoad } from './$types';

/** The address holds the question, so a search can be shared, reloaded and gone back to. */
export const load: PageServerLoad = async ({ locals, url, isDataRequest }) => {
  const query = (url.searchParams.get('q') ?? '').trim().slice(0, 1000);
  if (!query) return { query, answer: null };
  const answer = locals.api.post<SearchResponse>('/search', { query });
  // A failure is met where the promise is awaited; unmet for a moment it would end the process.
  answer.catch(() => undefined);
  return { query, answer: isDataRequest ? answer : await answer };
};
