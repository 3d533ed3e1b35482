import type { Campaign, CampaignPostPage, CampaignStats, Run } from '@nexus/shared/listening';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const id = encodeURIComponent(params.id);
  const [campaign, stats, posts, { runs }] = await Promise.all([
    locals.api.get<Campaign>(`/campaigns/${id}`),
    locals.api.get<CampaignStats>(`/campaigns/${id}/stats`),
    locals.api.get<CampaignPostPage>(`/campaigns/${id}/posts?limit=20`),
    locals.api.get<{ runs: Run[] }>(`/runs?campaignId=${id}&limit=10`),
  ]);
  return { campaign, stats, posts, runs };
};
