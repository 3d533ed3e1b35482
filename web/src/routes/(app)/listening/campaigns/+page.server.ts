import type { Campaign } from '@nexus/shared/listening';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => locals.api.get<{ campaigns: Campaign[] }>('/campaigns');
