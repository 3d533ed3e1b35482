import type { Org, Usage } from '@nexus/shared/platform';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const [current, usage] = await Promise.all([
    locals.api.get<Org>('/orgs/current'),
    locals.api.get<Usage>('/orgs/current/usage'),
  ]);
  return { current, usage };
};
