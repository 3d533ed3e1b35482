import type { Account } from '@nexus/shared/listening';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => locals.api.get<{ accounts: Account[] }>('/accounts');
