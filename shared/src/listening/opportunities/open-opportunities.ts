import { sql } from 'kysely';
import type { Tx } from '../../platform/index.ts';
import { revalueAt, valueAt } from './opportunity-value.ts';

export interface JudgedRun {
  readonly runId: string;
  readonly orgId: string;
  readonly campaignId: string;
  /** Relevance from which a post is an opportunity. */
  readonly threshold: number;
  /** Handles that are ours: nobody answers themselves. */
  readonly ownHandles: readonly string[];
}

/** How many posts one transaction looks at. */
export const OPEN_AT_MOST = 500;

/**
 * Makes opportunities of what a run judged relevant, the oldest posts first, and folds copies of one text into the first of them.
 * Posts that are gone open nothing. Safe to repeat: what is there already is left as it is. Goes on until `seen` is below
 * `OPEN_AT_MOST`.
 */
export async function openOpportunities(
  tx: Tx,
  run: JudgedRun,
  now: Date,
): Promise<{ seen: number; opened: number; folded: number }> {
  const opened = await openFirsts(tx, run, now);
  const folded = await foldCopies(tx, run);
  return { seen: opened.seen, opened: opened.opened, folded };
}

/** Judged relevant and neither an opportunity nor folded into one: `m` matches, `a` analyses, `p` posts, `u` authors. */
const relevant = (run: JudgedRun) => sql`
  from matches m
  join analyses a on a.campaign_id = m.campaign_id and a.post_id = m.post_id
  join posts p on p.id = m.post_id
  left join authors u on u.id = p.author_id
  where m.run_id = ${run.runId} and m.org_id = ${run.orgId} and m.campaign_id = ${run.campaignId}
    and m.state in ('scored', 'read') and a.relevance >= ${run.threshold} and p.deleted_at is null
    and (u.handle is null or lower(u.handle) <> all (${run.ownHandles.map((handle) => handle.toLowerCase())}::text[]))
    and not exists (select from opportunities o where o.campaign_id = m.campaign_id and o.post_id = m.post_id)
    and not exists (select from opportunity_folds f join opportunities o on o.id = f.opportunity_id
      where f.post_id = m.post_id and o.campaign_id = m.campaign_id)`;

async function openFirsts(tx: Tx, run: JudgedRun, now: Date): Promise<{ seen: number; opened: number }> {
  const { rows } = await sql<{ seen: number; opened: number }>`
    with candidate as materialized (
      select m.post_id, p.fold_key, p.posted_at, a.intent, a.relevance, a.deadline,
        ${valueAt(now)} as value, ${revalueAt(now)} as revalue_at
      ${relevant(run)}
      order by p.posted_at, p.id limit ${OPEN_AT_MOST}
    ), first as (
      select distinct on (coalesce(c.fold_key, c.post_id::text)) c.* from candidate c
      where c.fold_key is null or not exists (
        select from opportunities o where o.campaign_id = ${run.campaignId} and o.fold_key = c.fold_key)
      order by coalesce(c.fold_key, c.post_id::text), c.posted_at, c.post_id
    ), opened as (
      insert into opportunities
        (org_id, campaign_id, post_id, run_id, value, deadline, intent, relevance, fold_key, revalue_at, created_at)
      select ${run.orgId}, ${run.campaignId}, f.post_id, ${run.runId}, f.value, f.deadline, f.intent, f.relevance, f.fold_key,
        f.revalue_at, ${now.toISOString()}::timestamptz
      from first f order by f.posted_at, f.post_id
      on conflict do nothing
      returning 1
    )
    select (select count(*)::int from candidate) as seen, (select count(*)::int from opened) as opened
  `.execute(tx);
  return rows[0] ?? { seen: 0, opened: 0 };
}

/** What is still neither has a text that its campaign knows from another post. */
async function foldCopies(tx: Tx, run: JudgedRun): Promise<number> {
  const { rows } = await sql<{ folded: number }>`
    with copy as materialized (
      select o.id as opportunity_id, c.post_id
      from (select m.post_id, p.fold_key ${relevant(run)} and p.fold_key is not null limit ${OPEN_AT_MOST}) c
      join opportunities o on o.campaign_id = ${run.campaignId} and o.fold_key = c.fold_key
    ), folded as (
      insert into opportunity_folds (opportunity_id, post_id, org_id)
      select opportunity_id, post_id, ${run.orgId} from copy on conflict do nothing
      returning opportunity_id
    ), counted as (
      update opportunities o set folded_count = o.folded_count + n.count
      from (select opportunity_id, count(*)::int as count from folded group by 1) n
      where o.id = n.opportunity_id
    )
    select count(*)::int as folded from folded
  `.execute(tx);
  return rows[0]?.folded ?? 0;
}
