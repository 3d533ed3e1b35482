import { type Selectable, sql } from 'kysely';
import type { DB, Tx } from '../../platform/database.ts';
import { NexusError } from '../../platform/errors.ts';
import { Delivery } from './delivery-contracts.ts';

export type DeliveryRow = Selectable<DB['deliveries']> & {
  target_label: string;
  adapter: string;
  campaign_name: string | null;
  /** With microseconds, which a Date does not have. */
  sort_key: string;
};

/** Deliveries with what people know them by. */
export const deliveriesOf = (tx: Tx, orgId: string) =>
  tx
    .selectFrom('deliveries as d')
    .innerJoin('delivery_targets as t', 't.id', 'd.target_id')
    .leftJoin('runs as r', 'r.id', 'd.run_id')
    .leftJoin('campaigns as c', (join) =>
      join.on(sql<boolean>`c.id = coalesce(r.campaign_id, t.campaign_id)`).onRef('c.org_id', '=', 'd.org_id'),
    )
    .selectAll('d')
    .select(['t.label as target_label', 't.adapter', 'c.name as campaign_name'])
    .select(sql<string>`d.created_at::text`.as('sort_key'))
    .where('d.org_id', '=', orgId);

export const toDelivery = (row: DeliveryRow): Delivery =>
  Delivery.parse({
    id: row.id,
    targetId: row.target_id,
    targetLabel: row.target_label,
    adapter: row.adapter,
    subject: row.subject_kind,
    subjectKey: row.subject_key,
    runId: row.run_id,
    campaignName: row.campaign_name,
    state: row.state,
    attempts: row.attempts,
    remoteId: row.remote_id,
    problem: row.problem,
    retryAt: row.retry_at?.toISOString() ?? null,
    deliveredAt: row.delivered_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  });

/** Throws `not-found` for one that is not there, or not this organisation's. */
export async function readDelivery(tx: Tx, orgId: string, deliveryId: string): Promise<Delivery> {
  const row = await deliveriesOf(tx, orgId).where('d.id', '=', deliveryId).executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'There is no such delivery (any more).');
  return toDelivery(row);
}
