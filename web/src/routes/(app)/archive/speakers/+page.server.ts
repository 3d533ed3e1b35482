import type { Speaker } from '@nexus/shared/archive';
import type { PageServerLoad } from './$types';

interface Page {
  speakers: Speaker[];
  nextCursor: string | null;
}

/** The API gives 200 at once; an organisation seldom has more people who speak. */
export const load: PageServerLoad = async ({ locals }) => {
  const people: Speaker[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page = await locals.api.get<Page>(`/speakers?limit=200${more}`);
    people.push(...page.speakers);
    cursor = page.nextCursor;
  } while (cursor !== null && people.length < 2000);
  return { people };
};
