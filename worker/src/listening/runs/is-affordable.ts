import type { SearchSource } from '../sources/search-source.ts';
import type { RunAtWork } from './stage.ts';

type Priced = Pick<SearchSource, 'limits'>;

/** Whether a page more stays below the run's limit of money, by the price its source names. */
export const isAffordable = (run: RunAtWork, source: Priced, mostPosts: number): boolean =>
  staysBelow(run, source, mostPosts, run.spec.maxCostUsd);

/** Conversations may be far longer than what was found: without a limit they cost at the most as much again as was estimated. */
export const isConversationAffordable = (run: RunAtWork, source: Priced): boolean =>
  staysBelow(run, source, Infinity, mostForConversations(run, source));

/** Until what a run has cost conversations are read, in US dollars. */
export const mostForConversations = ({ spec }: RunAtWork, { limits }: Priced): number =>
  spec.maxCostUsd ?? 2 * limits.usdPerPost * spec.maxPosts;

function staysBelow(run: RunAtWork, { limits }: Priced, mostPosts: number, mostUsd: number | null): boolean {
  if (mostUsd === null || limits.usdPerPost === 0) return true;
  return run.costUsd + limits.usdPerPost * Math.min(limits.pageSize, mostPosts) <= mostUsd;
}
