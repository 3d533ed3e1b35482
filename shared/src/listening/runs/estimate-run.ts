import type { Context } from '../../platform/index.ts';
import { listSources } from './list-sources.ts';
import type { EstimateRequest, RunEstimate } from './source-contracts.ts';

/** What the posts of a run may cost at the most, before anything is asked of anybody. */
export async function estimateRun(ctx: Context, input: EstimateRequest): Promise<RunEstimate> {
  const known = await listSources(ctx);
  const sources = input.sources.flatMap(({ source }) => {
    const info = known.find(({ id }) => id === source);
    if (!info) return [];
    // Conversations are read until they have cost as much again.
    const posts = info.hasConversations ? 2 * input.maxPosts : input.maxPosts;
    const mostUsd = roundUsd(info.usdPerPost * posts);
    return { source, label: info.label, usdPerPost: info.usdPerPost, mostUsd };
  });
  return { sources, mostUsd: Math.max(0, ...sources.map(({ mostUsd }) => mostUsd)) };
}

/** To a millionth, as costs are kept. */
const roundUsd = (usd: number): number => Math.round(usd * 1e6) / 1e6;
