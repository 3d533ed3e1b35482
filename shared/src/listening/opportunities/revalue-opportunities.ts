import { sql } from 'kysely';
import type { Tx } from '../../platform/index.ts';
import { revalueAt, valueAt } from './opportunity-value.ts';

/** How many one transaction values anew. */
const AT_MOST = 1000;

/**
 * Gives opportunities whose value time has changed the one of now, of every organisation. Answers how many there were; to be
 * repeated while there are any. Several workers share the work and wait for none.
 */
export async function revalueOpportunities(tx: Tx, now: Date): Promise<number> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const { rows } = await sql<{ count: number }>`
    with due as materialized (
      select id, campaign_id, post_id from opportunities where revalue_at <= ${at}
      order by revalue_at limit ${AT_MOST} for update skip locked
    ), changed as (
      update opportunities o set value = n.value, revalue_at = n.revalue_at
      from (
        select d.id, coalesce(${valueAt(now)}, 0) as value, ${revalueAt(now)} as revalue_at
        from due d join posts p on p.id = d.post_id
        left join analyses a on a.campaign_id = d.campaign_id and a.post_id = d.post_id
        left join authors u on u.id = p.author_id
      ) n where o.id = n.id
      returning 1
    )
    select count(*)::int as count from changed
  `.execute(tx);
  return rows[0]?.count ?? 0;
}

/** Posts that a run judged again: their opportunities take over what is known now. */
export async function followJudgements(
  tx: Tx,
  run: { readonly runId: string; readonly orgId: string; readonly campaignId: string },
  now: Date,
): Promise<void> {
  await sql`
    update opportunities o set value = n.value, revalue_at = n.revalue_at, intent = n.intent, relevance = n.relevance,
      deadline = n.deadline
    from (
      select a.campaign_id, a.post_id, a.intent, a.relevance, a.deadline, ${valueAt(now)} as value, ${revalueAt(now)} as revalue_at
      from analyses a join posts p on p.id = a.post_id left join authors u on u.id = p.author_id
      where a.run_id = ${run.runId} and a.org_id = ${run.orgId} and a.campaign_id = ${run.campaignId}
    ) n
    where o.campaign_id = n.campaign_id and o.post_id = n.post_id
      and (o.intent, o.relevance, o.deadline) is distinct from (n.intent, n.relevance, n.deadline)
  `.execute(tx);
}
