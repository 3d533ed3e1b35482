import type { RunCounts, RunStage } from '@nexus/shared/listening';
import type { MessageKey, MessageValues } from '#lib/platform/i18n.ts';

export interface StageCount {
  key: MessageKey;
  values: MessageValues;
}

/** What a stage did so far, in the order it is told; what is zero and says nothing is left out. */
export function stageCounts(counts: RunCounts, stage: RunStage): StageCount[] {
  const one = (key: MessageKey, count: number): StageCount[] => (count > 0 ? [{ key, values: { count } }] : []);
  const part = (key: MessageKey, done: number, all: number): StageCount[] =>
    all > 0 ? [{ key, values: { done, all } }] : [];
  switch (stage) {
    case 'search':
      return [
        ...one('listening.runs.count.pages', counts.pages),
        ...one('listening.runs.count.found', counts.found),
        ...one('listening.runs.count.fresh', counts.fresh),
        ...one('listening.runs.count.context', counts.context),
      ];
    case 'conversations':
      return [
        ...part('listening.runs.count.conversations', counts.conversationsRead, counts.conversations),
        ...one('listening.runs.count.conversationPosts', counts.conversationPosts),
      ];
    case 'judge':
      return [
        ...one('listening.runs.count.dropped', counts.dropped),
        ...part('listening.runs.count.scored', counts.scored, counts.toJudge),
        ...one('listening.runs.count.read', counts.read),
        ...one('listening.runs.count.modelCalls', counts.modelCalls),
      ];
    case 'opportunities':
      return [
        ...one('listening.runs.count.opportunities', counts.opportunities),
        ...one('listening.runs.count.folded', counts.folded),
      ];
    case 'deliver':
      return [
        ...part('listening.runs.count.delivered', counts.delivered, counts.deliveries),
        ...one('listening.runs.count.deliveriesFailed', counts.deliveriesFailed),
      ];
  }
}

/** How far a stage is, 0 to 1; nothing while nobody can tell. */
export function stageShare(counts: RunCounts, stage: RunStage): number | undefined {
  const [done, all] =
    stage === 'conversations'
      ? [counts.conversationsRead, counts.conversations]
      : stage === 'judge'
        ? [counts.scored, counts.toJudge]
        : stage === 'deliver'
          ? [counts.delivered + counts.deliveriesFailed, counts.deliveries]
          : [0, 0];
  return all > 0 ? Math.min(1, done / all) : undefined;
}
