import { sql } from 'kysely';
import { NexusError, type Tx } from '../../platform/index.ts';
import type { Analysis } from '../judging-contracts.ts';
import type { Post } from '../post-contracts.ts';
import { readPosts } from '../posts/read-posts.ts';
import type { Opportunity, OpportunityState } from './opportunity-contracts.ts';

/** Opportunities by their ids, in that order. Three statements however many; those of other organisations are left out. */
export async function readOpportunities(tx: Tx, orgId: string, ids: readonly string[]): Promise<Opportunity[]> {
  if (ids.length === 0) return [];
  const rows = await selectRows(tx, orgId, ids);
  const posts = await readPosts(
    tx,
    orgId,
    rows.map(({ post_id }) => post_id),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    const post = row && posts.get(row.post_id);
    return post ? toOpportunity(row, post) : [];
  });
}

/** Throws `not-found` for one that is not there, or not this organisation's. */
export async function readOpportunity(tx: Tx, orgId: string, opportunityId: string): Promise<Opportunity> {
  const [opportunity] = await readOpportunities(tx, orgId, [opportunityId]);
  if (!opportunity) throw new NexusError('not-found', NO_SUCH_OPPORTUNITY);
  return opportunity;
}

export const NO_SUCH_OPPORTUNITY = 'There is no such opportunity in this organisation.';

type Row = Awaited<ReturnType<typeof selectRows>>[number];

const selectRows = (tx: Tx, orgId: string, ids: readonly string[]) =>
  tx
    .selectFrom('opportunities as o')
    .innerJoin('campaigns as c', 'c.id', 'o.campaign_id')
    .leftJoin('analyses as a', (join) =>
      join.onRef('a.campaign_id', '=', 'o.campaign_id').onRef('a.post_id', '=', 'o.post_id'),
    )
    .leftJoin('post_feedback as f', (join) =>
      join.onRef('f.campaign_id', '=', 'o.campaign_id').onRef('f.post_id', '=', 'o.post_id'),
    )
    .select([
      'o.id',
      'o.campaign_id',
      'o.post_id',
      'o.state',
      'o.state_before',
      'o.value',
      'o.deadline',
      'o.assignee_id',
      'o.draft',
      'o.dismissed_reason',
      'o.snoozed_until',
      'o.folded_count',
      'o.post_state',
      'o.post_checked_at',
      'o.post_problem',
      'o.acted_at',
      'o.acted_by',
      'o.handed_to',
      'o.outcome_count',
      'o.created_at',
      'c.name as campaign_name',
      'f.thumb',
      'a.depth',
      'a.reason',
      'a.sentiment',
      'a.urgency',
      'a.insight',
      'a.evidence',
      'a.replies',
      'a.names',
      'a.judged_by',
      'a.judged_at',
      'a.relevance as judged_relevance',
      'a.intent as judged_intent',
      'a.deadline as judged_deadline',
    ])
    .where('o.org_id', '=', orgId)
    // One parameter however many there are: the statement is planned and read once.
    .where(sql<boolean>`o.id = any(${[...ids]}::uuid[])`)
    .execute();

const time = (at: Date | null): string | null => at?.toISOString() ?? null;

// Checked when they were written; a page of 50 is not checked once more.
const toOpportunity = (row: Row, post: Post): Opportunity => ({
  id: row.id,
  campaign: { id: row.campaign_id, name: row.campaign_name },
  post,
  analysis: toAnalysis(row),
  state: row.state as OpportunityState,
  stateBefore: row.state_before as OpportunityState | null,
  value: row.value,
  deadline: time(row.deadline),
  assigneeId: row.assignee_id,
  draft: row.draft,
  dismissedReason: row.dismissed_reason,
  snoozedUntil: time(row.snoozed_until),
  foldedCount: row.folded_count,
  postState: row.post_state as Opportunity['postState'],
  postCheckedAt: time(row.post_checked_at),
  postProblem: row.post_problem,
  actedAt: time(row.acted_at),
  actedBy: row.acted_by,
  handedTo: row.handed_to,
  outcomeCount: row.outcome_count,
  createdAt: row.created_at.toISOString(),
});

function toAnalysis(row: Row): Analysis | null {
  // The row of an outer join: all of it is there or nothing.
  if (row.depth === null) return null;
  return {
    postId: row.post_id,
    campaignId: row.campaign_id,
    depth: row.depth as Analysis['depth'],
    relevance: row.judged_relevance!,
    reason: row.reason!,
    intent: row.judged_intent as Analysis['intent'],
    sentiment: row.sentiment!,
    urgency: row.urgency!,
    deadline: time(row.judged_deadline),
    insight: row.insight,
    evidence: row.evidence!,
    replies: row.replies as unknown as Analysis['replies'],
    names: row.names!,
    judgedBy: row.judged_by!,
    judgedAt: row.judged_at!.toISOString(),
    thumb: row.thumb as Analysis['thumb'],
  };
}
