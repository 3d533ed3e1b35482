import { sql } from 'kysely';
import { NexusError } from '../../platform/errors.ts';
import type { Tx } from '../../platform/database.ts';
import { DeliveryTarget } from './delivery-contracts.ts';

/** The targets of an organisation, or one of them, by name. */
export async function readTargets(tx: Tx, where: { orgId: string; targetId?: string }): Promise<DeliveryTarget[]> {
  const rows = await tx
    .selectFrom('delivery_targets as t')
    .leftJoin('campaigns as c', 'c.id', 't.campaign_id')
    .leftJoin('catalogue as a', (join) =>
      join.onRef('a.id', '=', 't.adapter').on('a.kind', 'in', ['notifier', 'exporter']),
    )
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('deliveries as d')
          .whereRef('d.target_id', '=', 't.id')
          .where('d.state', 'in', ['waiting', 'armed', 'failed', 'unconfirmed'])
          .select([
            sql<number>`count(*) filter (where d.state in ('waiting', 'armed'))::int`.as('waiting_count'),
            sql<number>`count(*) filter (where d.state = 'failed')::int`.as('failed_count'),
            sql<number>`count(*) filter (where d.state = 'unconfirmed')::int`.as('unconfirmed_count'),
          ])
          .as('open'),
      (join) => join.onTrue(),
    )
    .selectAll('t')
    .select(['c.name as campaign_name', 'a.kind', 'a.label as adapter_label'])
    .select(['open.waiting_count', 'open.failed_count', 'open.unconfirmed_count'])
    .where('t.org_id', '=', where.orgId)
    .$if(where.targetId !== undefined, (query) => query.where('t.id', '=', where.targetId!))
    .orderBy(sql`lower(t.label)`)
    .orderBy('t.id')
    .execute();
  return rows.map((row) =>
    DeliveryTarget.parse({
      id: row.id,
      kind: row.kind,
      adapter: row.adapter,
      adapterLabel: row.adapter_label ?? row.adapter,
      label: row.label,
      campaignId: row.campaign_id,
      campaignName: row.campaign_name,
      credentialId: row.credential_id,
      settings: row.settings,
      cron: row.cron,
      timeZone: row.time_zone,
      nextDigestAt: row.next_digest_at?.toISOString() ?? null,
      isEnabled: row.is_enabled,
      state: row.state,
      problem: row.problem,
      lastDeliveredAt: row.last_delivered_at?.toISOString() ?? null,
      waitingCount: row.waiting_count ?? 0,
      failedCount: row.failed_count ?? 0,
      unconfirmedCount: row.unconfirmed_count ?? 0,
      createdAt: row.created_at.toISOString(),
    }),
  );
}

/** Throws `not-found` for a target that is not there, or not this organisation's. */
export async function readTarget(tx: Tx, orgId: string, targetId: string): Promise<DeliveryTarget> {
  const [target] = await readTargets(tx, { orgId, targetId });
  if (!target) throw new NexusError('not-found', 'There is no such target (any more).');
  return target;
}
