import type { Tx } from '../../platform/index.ts';
import { Analysis } from '../judging-contracts.ts';

/** What posts mean for a campaign, by their ids. One statement; those that nobody judged are not in the map. */
export async function readAnalyses(
  tx: Tx,
  orgId: string,
  campaignId: string,
  postIds: readonly string[],
): Promise<Map<string, Analysis>> {
  if (postIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('analyses as a')
    .leftJoin('post_feedback as f', (join) =>
      join.onRef('f.campaign_id', '=', 'a.campaign_id').onRef('f.post_id', '=', 'a.post_id'),
    )
    .selectAll('a')
    .select('f.thumb')
    .where('a.org_id', '=', orgId)
    .where('a.campaign_id', '=', campaignId)
    .where('a.post_id', 'in', [...new Set(postIds)])
    .execute();
  return new Map(
    rows.map((row) => [
      row.post_id,
      Analysis.parse({
        postId: row.post_id,
        campaignId: row.campaign_id,
        depth: row.depth,
        relevance: row.relevance,
        reason: row.reason,
        intent: row.intent,
        sentiment: row.sentiment,
        urgency: row.urgency,
        deadline: row.deadline?.toISOString() ?? null,
        insight: row.insight,
        evidence: row.evidence,
        replies: row.replies,
        names: row.names,
        judgedBy: row.judged_by,
        judgedAt: row.judged_at.toISOString(),
        thumb: row.thumb,
      }),
    ]),
  );
}
