import type { Campaign, Run } from '@nexus/shared/listening';
import type { RunPostPage } from '#lib/listening/runs/open-run.svelte.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const path = `/runs/${encodeURIComponent(params.id)}`;
  const [run, posts] = await Promise.all([
    locals.api.get<Run>(path),
    locals.api.get<RunPostPage>(`${path}/posts?limit=50`),
  ]);
  const campaign = run.campaignId ? await locals.api.get<Campaign>(`/campaigns/${run.campaignId}`) : null;
  return { run, posts, query: campaign?.query ?? null };
};
