import { type Context, requireScope, type Tx } from '../../platform/index.ts';
import { CampaignBrief } from '../campaign-contracts.ts';
import type { Post } from '../post-contracts.ts';
import { readPosts } from '../posts/read-posts.ts';
import { readHistory } from './author-history.ts';
import { type Opportunity, OpportunityDetail, Outcome } from './opportunity-contracts.ts';
import { readNotes } from './opportunity-notes.ts';
import { readOpportunity } from './opportunity-rows.ts';

const FOLDED_SHOWN = 20;
const REPLIES_SHOWN = 20;

/** An opportunity with what one wants to know before acting: notes, what came of it, copies, who replied, and the author's history. */
export async function getOpportunity(ctx: Context, input: { opportunityId: string }): Promise<OpportunityDetail> {
  requireScope(ctx.actor, 'listening:read');

  return ctx.db.transaction().execute(async (tx) => {
    const opportunity = await readOpportunity(tx, ctx.orgId, input.opportunityId);
    return OpportunityDetail.parse({
      ...opportunity,
      notes: await readNotes(tx, ctx.orgId, opportunity.id),
      outcomes: await readOutcomes(tx, ctx.orgId, opportunity.id),
      folded: await readFolded(tx, ctx.orgId, opportunity.id),
      ourReplies: await readOurReplies(tx, ctx.orgId, opportunity),
      actedElsewhere: await readActedElsewhere(tx, ctx.orgId, opportunity),
      history: await readHistory(tx, ctx.orgId, opportunity),
    });
  });
}

async function readOutcomes(tx: Tx, orgId: string, opportunityId: string): Promise<Outcome[]> {
  const rows = await tx
    .selectFrom('opportunity_outcomes')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('opportunity_id', '=', opportunityId)
    .orderBy('seen_at')
    .orderBy('external_id')
    .execute();
  return rows.map((row) =>
    Outcome.parse({
      kind: row.kind,
      externalId: row.external_id,
      detail: row.detail,
      seenAt: row.seen_at.toISOString(),
    }),
  );
}

async function readFolded(tx: Tx, orgId: string, opportunityId: string): Promise<Post[]> {
  const rows = await tx
    .selectFrom('opportunity_folds as f')
    .innerJoin('posts as p', 'p.id', 'f.post_id')
    .select('p.id')
    .where('f.org_id', '=', orgId)
    .where('f.opportunity_id', '=', opportunityId)
    .orderBy('p.posted_at', 'desc')
    .limit(FOLDED_SHOWN)
    .execute();
  return inOrder(tx, orgId, rows);
}

/** By the handles that the campaign calls its own, whoever of us wrote with them. */
async function readOurReplies(tx: Tx, orgId: string, { campaign, post }: Opportunity): Promise<Post[]> {
  if (!post.conversationId) return [];
  const { brief } = await tx
    .selectFrom('campaigns')
    .select('brief')
    .where('id', '=', campaign.id)
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow();
  const handles = CampaignBrief.parse(brief).ownHandles.map((handle) => handle.toLowerCase());
  if (handles.length === 0) return [];
  const rows = await tx
    .selectFrom('posts as p')
    .innerJoin('authors as u', 'u.id', 'p.author_id')
    .select('p.id')
    .where('p.org_id', '=', orgId)
    .where('p.conversation_id', '=', post.conversationId)
    .where((eb) => eb(eb.fn<string>('lower', ['u.handle']), 'in', handles))
    .orderBy('p.posted_at')
    .limit(REPLIES_SHOWN)
    .execute();
  return inOrder(tx, orgId, rows);
}

async function readActedElsewhere(tx: Tx, orgId: string, { id, post }: Opportunity) {
  const rows = await tx
    .selectFrom('opportunities as o')
    .innerJoin('campaigns as c', 'c.id', 'o.campaign_id')
    .select(['o.id', 'c.name', 'o.acted_by', 'o.acted_at'])
    .where('o.org_id', '=', orgId)
    .where('o.post_id', '=', post.id)
    .where('o.id', '!=', id)
    .where('o.acted_at', 'is not', null)
    .orderBy('o.acted_at')
    .execute();
  return rows.map((row) => ({
    opportunityId: row.id,
    campaignName: row.name,
    actedBy: row.acted_by,
    actedAt: row.acted_at?.toISOString(),
  }));
}

async function inOrder(tx: Tx, orgId: string, rows: readonly { id: string }[]): Promise<Post[]> {
  const ids = rows.map(({ id }) => id);
  const posts = await readPosts(tx, orgId, ids);
  return ids.flatMap((id) => posts.get(id) ?? []);
}
