import type { Campaign, SourceInfo } from '@nexus/shared/listening';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const [campaign, { sources }] = await Promise.all([
    locals.api.get<Campaign>(`/campaigns/${encodeURIComponent(params.id)}`),
    locals.api.get<{ sources: SourceInfo[] }>('/sources'),
  ]);
  return { campaign, sources };
};
