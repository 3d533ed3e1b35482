import type { SourceInfo } from '@nexus/shared/listening';

/** The most that the sources of one run can cost, in US dollars: every post from the dearest one, up to the limits. */
export function priceOf(
  sources: readonly Pick<SourceInfo, 'usdPerPost'>[],
  { maxPosts, maxCostUsd }: { maxPosts: number | null; maxCostUsd: number | null },
): number {
  const dearest = Math.max(0, ...sources.map(({ usdPerPost }) => usdPerPost));
  const all = dearest * (maxPosts ?? 0);
  return maxCostUsd === null ? all : Math.min(all, maxCostUsd);
}
