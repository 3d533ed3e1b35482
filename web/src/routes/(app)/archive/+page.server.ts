import { pathOf, type ItemPage, type LibraryFilter } from '#lib/archive/library.svelte.ts';
import type { PageServerLoad } from './$types';

/** A visit gets its rows with the page; a click inside the app shows the page at once, and skeletons until they come. */
export const load: PageServerLoad = async ({ locals, url, isDataRequest }) => {
  const read = (name: string) => url.searchParams.get(name) ?? '';
  const filter: LibraryFilter = { q: read('q'), status: read('status'), kind: read('kind') };
  const page = locals.api.get<ItemPage>(pathOf(filter));
  // A failure is met where the promise is awaited; unmet for a moment it would end the process.
  page.catch(() => undefined);
  return { filter, page: isDataRequest ? page : await page };
};
