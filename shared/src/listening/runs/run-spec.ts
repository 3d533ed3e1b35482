import type { Selectable } from 'kysely';
import type { DB } from '../../platform/index.ts';
import { RunSpec } from '../run-contracts.ts';

/** What a run of the campaign does, as the campaign is now. */
export const specOf = (campaign: Selectable<DB['campaigns']>): RunSpec =>
  RunSpec.parse({
    query: campaign.query,
    brief: campaign.brief,
    sources: campaign.sources,
    maxPosts: campaign.max_posts,
    maxCostUsd: campaign.max_cost_usd === null ? null : Number(campaign.max_cost_usd),
    threshold: campaign.threshold,
  });
