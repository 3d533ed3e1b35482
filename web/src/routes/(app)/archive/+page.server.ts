import type { ItemPage } from '@nexus/shared/archive';
import { readFilter } from '#lib/archive/library-filter.ts';
import { VIEW_COOKIE, viewFrom } from '#lib/archive/library-view-choice.ts';
import { pathOf } from '#lib/archive/library.svelte.ts';
import type { PageServerLoad } from './$types';

/** A visit gets its rows with the page; a click inside the app shows the page at once, and skeletons until they come. */
export const load: PageServerLoad = async ({ locals, url, cookies, isDataRequest }) => {
  const filter = readFilter(url.searchParams);
  const page = locals.api.get<ItemPage>(pathOf(filter));
  // A failure is met where the promise is awaited; unmet for a moment it would end the process.
  page.catch(() => undefined);
  return { filter, view: viewFrom(cookies.get(VIEW_COOKIE)), page: isDataRequest ? page : await page };
};
