import type { Feed } from '@nexus/shared/archive';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => locals.api.get<{ feeds: Feed[] }>('/feeds');
