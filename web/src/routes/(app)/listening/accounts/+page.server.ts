import type { Account, SourceProtocol } from '@nexus/shared/listening';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const [{ accounts }, protocol] = await Promise.all([
    locals.api.get<{ accounts: Account[] }>('/accounts'),
    locals.api.get<SourceProtocol>('/sources/x/protocol'),
  ]);
  return { accounts, protocol };
};
