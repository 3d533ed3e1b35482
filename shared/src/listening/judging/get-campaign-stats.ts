import { sql } from 'kysely';
import { z } from 'zod';
import { type Context, NexusError, requireScope, type Tx } from '../../platform/index.ts';
import { CampaignBrief, CampaignStats } from '../campaign-contracts.ts';
import { daysUntil, type DayCount } from './stat-days.ts';

interface Campaign {
  readonly id: string;
  readonly orgId: string;
  readonly threshold: number;
  readonly timeZone: string;
  readonly names: readonly string[];
}

/**
 * What a campaign's charts are drawn from. Days are those on which posts were written; the last one is today, or when nothing was
 * written within the days asked for, the day of the newest post. What rules dropped counts in `dropped` and `matched` alone.
 */
export async function getCampaignStats(
  ctx: Context,
  input: { campaignId: string; days: number },
): Promise<CampaignStats> {
  requireScope(ctx.actor, 'listening:read');

  return ctx.db.transaction().execute(async (tx) => {
    const campaign = await readScope(tx, ctx.orgId, input.campaignId);
    const { days, kept, ...counts } = await countMatches(tx, campaign);
    const dropped = await countDropped(tx, campaign);
    return CampaignStats.parse({
      ...counts,
      dropped,
      matched: dropped.reduce((sum, { count }) => sum + count, kept),
      days: daysUntil(ctx.now(), campaign.timeZone, input.days, days),
      shareOfVoice: await countNames(tx, campaign),
      agreement: await readAgreement(tx, campaign),
      costUsd: await readCost(tx, campaign),
    });
  });
}

async function readScope(tx: Tx, orgId: string, campaignId: string): Promise<Campaign> {
  const row = await tx
    .selectFrom('campaigns')
    .select(['threshold', 'time_zone', 'brief'])
    .where('org_id', '=', orgId)
    .where('id', '=', campaignId)
    .executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'There is no such campaign in this organisation.');
  const { names } = CampaignBrief.parse(row.brief);
  return { id: campaignId, orgId, threshold: row.threshold, timeZone: row.time_zone, names };
}

const Group = z.object({
  by: z.enum(['day', 'network', 'intent', 'mood']),
  label: z.string().nullable(),
  count: z.int(),
  relevant: z.int(),
});
type Group = z.infer<typeof Group>;

/** One pass over what rules let through, for all that is counted by it. */
async function countMatches(tx: Tx, { id, orgId, threshold, timeZone }: Campaign) {
  const { rows } = await sql`
    with counted as materialized (
      select (p.posted_at at time zone ${timeZone})::date as day, p.network, a.intent,
        case when a.sentiment < -0.2 then 'negative' when a.sentiment > 0.2 then 'positive' when a.sentiment is not null then 'neutral' end as mood,
        count(*) as count, count(*) filter (where a.relevance >= ${threshold}) as relevant
      from matches m join posts p on p.id = m.post_id
      left join analyses a on a.campaign_id = m.campaign_id and a.post_id = m.post_id
      where m.org_id = ${orgId} and m.campaign_id = ${id} and m.state <> 'dropped'
      group by 1, 2, 3, 4
    )
    select case grouping(day, network, intent, mood) when 7 then 'day' when 11 then 'network' when 13 then 'intent' else 'mood' end as by,
      coalesce(day::text, network, intent, mood) as label, sum(count)::int as count, sum(relevant)::int as relevant
    from counted group by grouping sets ((day), (network), (intent), (mood))
    order by 3 desc, 2
  `.execute(tx);
  const groups = z.array(Group).parse(rows);
  const of = (by: Group['by']) =>
    groups.flatMap((group) => (group.by === by && group.label !== null ? { ...group, label: group.label } : []));
  const counted = (by: Group['by']) => of(by).map(({ label, count }) => ({ label, count }));
  const mood = (label: string) => of('mood').find((group) => group.label === label)?.count ?? 0;
  return {
    kept: groups.reduce((sum, { by, count }) => (by === 'network' ? sum + count : sum), 0),
    days: of('day').map(({ label, count, relevant }): DayCount => ({ day: label, found: count, relevant })),
    networks: counted('network'),
    intents: counted('intent'),
    sentiment: { negative: mood('negative'), neutral: mood('neutral'), positive: mood('positive') },
  };
}

async function countDropped(tx: Tx, { id, orgId }: Campaign): Promise<CampaignStats['dropped']> {
  const { rows } = await sql<{ label: string; count: number }>`
    select coalesce(dropped ->> 'rule', 'unknown') as label, count(*)::int as count from matches
    where org_id = ${orgId} and campaign_id = ${id} and state = 'dropped'
    group by 1 order by 2 desc, 1
  `.execute(tx);
  return rows;
}

async function countNames(tx: Tx, { id, orgId, names }: Campaign) {
  if (names.length === 0) return [];
  const { rows } = await sql<{ label: string; count: number }>`
    select n.label, count(a.name)::int as count from unnest(${[...names]}::text[]) with ordinality n(label, position)
    left join (select unnest(names) as name from analyses where org_id = ${orgId} and campaign_id = ${id} and names <> '{}') a
      on a.name = n.label
    group by n.label, n.position order by count desc, n.position
  `.execute(tx);
  return rows;
}

async function readAgreement(tx: Tx, { id, orgId, threshold }: Campaign) {
  const { rows } = await sql<CampaignStats['agreement']>`
    select count(*)::int as thumbs, (count(*) filter (where (relevance_then >= ${threshold}) = (thumb = 1)))::int as agreed,
      (avg(relevance_then) filter (where thumb = 1))::float8 as "meanUp",
      (avg(relevance_then) filter (where thumb = -1))::float8 as "meanDown"
    from post_feedback where org_id = ${orgId} and campaign_id = ${id} and relevance_then is not null
  `.execute(tx);
  return rows[0];
}

async function readCost(tx: Tx, { id, orgId }: Campaign): Promise<number> {
  const { costUsd } = await tx
    .selectFrom('runs')
    .select(sql<number>`coalesce(sum(cost_usd), 0)::float8`.as('costUsd'))
    .where('org_id', '=', orgId)
    .where('campaign_id', '=', id)
    .executeTakeFirstOrThrow();
  return costUsd;
}
