import type { Transfer } from '@nexus/shared/archive';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => locals.api.get<{ transfers: Transfer[] }>('/transfers');
