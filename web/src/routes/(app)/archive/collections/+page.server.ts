import type { Collection } from '@nexus/shared/archive';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => locals.api.get<{ collections: Collection[] }>('/collections');
