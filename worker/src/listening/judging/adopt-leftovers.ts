import { applyRules } from '@nexus/shared/listening';
import { sql } from 'kysely';
import type { StageIo } from '../runs/stage.ts';
import { postsToJudge } from './posts-to-judge.ts';

const AT_ONCE = 200;

/**
 * Posts that an earlier run of the campaign found and did not come to judge, for it was canceled, failed or ran out of money, are
 * judged by this one, by the rules as they are now. Answers whether there were any.
 */
export async function adoptLeftovers({ ports, run, commit }: StageIo, campaignId: string): Promise<boolean> {
  const posts = await ports.db.transaction().execute(async (tx) => {
    const rows = await tx
      .selectFrom('matches')
      .select('post_id')
      .where('org_id', '=', run.orgId)
      .where('campaign_id', '=', campaignId)
      .where('state', '=', 'found')
      .where(sql<boolean>`run_id is distinct from ${run.id}`)
      .limit(AT_ONCE)
      .execute();
    return postsToJudge(
      tx,
      run.orgId,
      rows.map(({ post_id }) => post_id),
    );
  });
  if (posts.length === 0) return false;

  const { query, brief } = run.spec;
  const rows = posts.map((post) => ({
    post_id: post.id,
    dropped: applyRules(query, post, { ownHandles: brief.ownHandles }),
  }));
  await commit(async (tx) => {
    await sql`
      update matches m set run_id = ${run.id}, dropped = n.dropped,
        state = case when n.dropped is null then 'found' else 'dropped' end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(post_id uuid, dropped jsonb)
      where m.campaign_id = ${campaignId} and m.post_id = n.post_id and m.state = 'found'
    `.execute(tx);
    const droppedBy: Record<string, number> = {};
    for (const { dropped } of rows) if (dropped) droppedBy[dropped.rule] = (droppedBy[dropped.rule] ?? 0) + 1;
    return { counts: { dropped: rows.filter(({ dropped }) => dropped !== null).length, droppedBy } };
  });
  return true;
}
