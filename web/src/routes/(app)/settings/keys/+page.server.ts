import type { ApiKey } from '@nexus/shared/platform';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => locals.api.get<{ keys: ApiKey[] }>('/keys');
