import type { Ranked } from './bm25.ts';

/** Reciprocal rank fusion (Cormack et al. 2009): k = 60 lets no single ranking decide alone. Scores are new: at most 2/61 for two rankings. */
export function fuseRankings(rankings: readonly (readonly Ranked[])[], k = 60): Ranked[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings) {
    for (const [index, { number }] of ranking.entries())
      scores.set(number, (scores.get(number) ?? 0) + 1 / (k + index + 1));
  }
  return [...scores]
    .map(([number, score]) => ({ number, score }))
    .sort((a, b) => b.score - a.score || a.number - b.number);
}
