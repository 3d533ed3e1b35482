import type { DuplicatePage } from '#lib/archive/duplicates/duplicate-review.svelte.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({
  page: await locals.api.get<DuplicatePage>('/media/duplicates?limit=50'),
});
