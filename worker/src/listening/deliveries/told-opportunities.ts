import { type Opportunity, readOpportunities, type TargetSettings } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import { type RawBuilder, sql } from 'kysely';

export interface Told {
  readonly orgId: string;
  /** Null: of every campaign. */
  readonly campaignId: string | null;
  readonly settings: Pick<TargetSettings, 'minValue'>;
  /** The run that found them. */
  readonly runId?: string;
  /** Found after the first and until the second moment. */
  readonly between?: readonly [Date, Date];
  /** Whatever became of them; by default only those somebody may still act on. */
  readonly withSettled?: boolean;
}

/** All that a target ever wants to know of. */
export const scopeOf = ({ orgId, campaignId, settings }: Pick<Told, 'orgId' | 'campaignId' | 'settings'>): Told => ({
  orgId,
  campaignId,
  settings,
});

/** The most valuable ones that a target wants to know of, and how many there are in all. */
export async function readTold(
  tx: Tx,
  told: Told,
  most: number,
): Promise<{ opportunities: Opportunity[]; total: number }> {
  const { rows } = await sql<{ id: string; total: number }>`
    select o.id, count(*) over ()::int as total from opportunities o
    where ${matching(told)} order by o.value desc, o.id desc limit ${Math.max(most, 1)}`.execute(tx);
  const ids = rows.slice(0, most).map(({ id }) => id);
  return { opportunities: await readOpportunities(tx, told.orgId, ids), total: rows[0]?.total ?? 0 };
}

function matching({ orgId, campaignId, settings, runId, between, withSettled }: Told): RawBuilder<unknown> {
  const parts = [
    sql`o.org_id = ${orgId} and o.value >= ${settings.minValue}`,
    ...(campaignId === null ? [] : [sql`o.campaign_id = ${campaignId}`]),
    ...(runId === undefined ? [] : [sql`o.run_id = ${runId}`]),
    ...(between ? [sql`o.created_at > ${between[0]} and o.created_at <= ${between[1]}`] : []),
    ...(withSettled ? [] : [sql`o.state not in ('done', 'dismissed')`]),
  ];
  return sql.join(parts, sql` and `);
}
