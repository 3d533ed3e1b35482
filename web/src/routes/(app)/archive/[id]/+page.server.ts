import type { Item } from '@nexus/shared/archive';
import type { SegmentPage } from '#lib/archive/open-item.svelte.ts';
import type { PageServerLoad } from './$types';

/** Enough to fill the first screens; the page loads the rest. */
const FIRST_SEGMENTS = 300;

export const load: PageServerLoad = async ({ locals, params }) => {
  const path = `/media/${encodeURIComponent(params.id)}`;
  const [item, segments] = await Promise.all([
    locals.api.get<Item>(path),
    locals.api.get<SegmentPage>(`${path}/segments?limit=${FIRST_SEGMENTS}`),
  ]);
  return { item, segments };
};
