import { sql } from 'kysely';
import { NexusError, type Tx } from '../../platform/index.ts';
import { Campaign } from '../campaign-contracts.ts';

/** The campaigns of an organisation, or one of them, with their last run and how many opportunities are new. By name. */
export async function readCampaigns(tx: Tx, where: { orgId: string; campaignId?: string }): Promise<Campaign[]> {
  const rows = await tx
    .selectFrom('campaigns as c')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('runs as r')
          .select(['r.id', 'r.state', 'r.end_reason', 'r.started_at', 'r.finished_at'])
          .whereRef('r.campaign_id', '=', 'c.id')
          .orderBy('r.created_at', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .selectAll('c')
    .select(['last.id as run_id', 'last.state', 'last.end_reason', 'last.started_at', 'last.finished_at'])
    .select((eb) =>
      eb
        .selectFrom('opportunities as o')
        .select((inner) => inner.fn.countAll<string>().as('count'))
        .whereRef('o.campaign_id', '=', 'c.id')
        .where('o.state', '=', 'new')
        .as('open_count'),
    )
    .where('c.org_id', '=', where.orgId)
    .$if(where.campaignId !== undefined, (query) => query.where('c.id', '=', where.campaignId!))
    .orderBy(sql`lower(c.name)`)
    .orderBy('c.id')
    .execute();
  return rows.map((row) =>
    Campaign.parse({
      id: row.id,
      name: row.name,
      query: row.query,
      brief: row.brief,
      sources: row.sources,
      cron: row.cron,
      timeZone: row.time_zone,
      isPaused: row.is_paused,
      maxPosts: row.max_posts,
      maxCostUsd: row.max_cost_usd === null ? null : Number(row.max_cost_usd),
      threshold: row.threshold,
      nextRunAt: row.next_run_at?.toISOString() ?? null,
      skippedAt: row.skipped_at?.toISOString() ?? null,
      lastRun: row.run_id && {
        id: row.run_id,
        state: row.state,
        endReason: row.end_reason,
        startedAt: row.started_at?.toISOString() ?? null,
        finishedAt: row.finished_at?.toISOString() ?? null,
      },
      openCount: Number(row.open_count ?? 0),
      createdAt: row.created_at.toISOString(),
    }),
  );
}

/** Throws `not-found` for a campaign that is not there, or not this organisation's. */
export async function readCampaign(tx: Tx, orgId: string, campaignId: string): Promise<Campaign> {
  const [campaign] = await readCampaigns(tx, { orgId, campaignId });
  if (!campaign) throw new NexusError('not-found', 'This campaign is not there (any more).');
  return campaign;
}
