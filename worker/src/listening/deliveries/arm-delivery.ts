import { deliver, DeliverySubject, TargetSettings } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import { exporterById } from '../exporters/index.ts';
import type { WorkerPorts } from '../../platform/ports.ts';
import type { ArmedDelivery, Content } from './armed-delivery.ts';
import { composeMessage } from './compose-message.ts';
import { composeRows } from './compose-rows.ts';

/** Longer than an attempt may take: after that its sender is dead, and nobody knows how far it came. */
export const ARMED_SECONDS = 120;
/** A table is written by one at a time. */
const TURN_SECONDS = 5;

type Ports = Pick<WorkerPorts, 'db' | 'queue' | 'now' | 'publicUrl'>;
export type Arming =
  | { outcome: 'armed'; armed: ArmedDelivery; content: Content }
  | { outcome: 'gone' | 'settled' | 'paused' }
  | { outcome: 'busy'; retryAt: Date };

/**
 * Takes a delivery, and reads what it has to say, in a transaction that is over before anything is sent: whatever happens then, the row
 * tells that it may have got through.
 */
export async function armDelivery(ports: Ports, payload: { orgId: string; deliveryId: string }): Promise<Arming> {
  return ports.db.transaction().execute(async (tx) => {
    const row = await lockDelivery(tx, payload);
    if (!row) return { outcome: 'gone' };
    const isArmed = row.state === 'armed';
    const canLook = row.state === 'unconfirmed' && row.retry_at !== null;
    if (!isArmed && !canLook && row.state !== 'waiting') return { outcome: 'settled' };
    if (!row.is_enabled && row.state === 'waiting') {
      await tx.updateTable('deliveries').set({ state: 'skipped' }).where('id', '=', row.id).execute();
      return { outcome: 'paused' };
    }
    const busyUntil = isArmed ? leaseEnd(row.armed_at!) : await turnOf(tx, ports, row);
    if (busyUntil && busyUntil > ports.now()) {
      await ports.queue.send(deliver, payload, { tx, startAfter: busyUntil });
      return { outcome: 'busy', retryAt: busyUntil };
    }

    const armed = toArmed(row, crypto.randomUUID(), isArmed || canLook);
    await tx
      .updateTable('deliveries')
      .set({ state: 'armed', lease: armed.lease, armed_at: ports.now(), attempts: armed.attempt, retry_at: null })
      .where('id', '=', row.id)
      .execute();
    return { outcome: 'armed', armed, content: await compose(tx, armed, ports.publicUrl ?? null) };
  });
}

/** The target first: two attempts for one target take turns. */
async function lockDelivery(tx: Tx, { orgId, deliveryId }: { orgId: string; deliveryId: string }) {
  const target = await tx
    .selectFrom('delivery_targets as t')
    .innerJoin('deliveries as d', 'd.target_id', 't.id')
    .select([
      't.id',
      't.adapter',
      't.label',
      't.campaign_id',
      't.settings',
      't.time_zone',
      't.credential_id',
      't.is_enabled',
    ])
    .where('d.id', '=', deliveryId)
    .where('d.org_id', '=', orgId)
    .forNoKeyUpdate('t')
    .executeTakeFirst();
  if (!target) return undefined;
  const delivery = await tx
    .selectFrom('deliveries')
    .selectAll()
    .where('id', '=', deliveryId)
    .forUpdate()
    .executeTakeFirst();
  return delivery && { ...target, ...delivery };
}

type Row = NonNullable<Awaited<ReturnType<typeof lockDelivery>>>;

const leaseEnd = (armedAt: Date): Date => new Date(armedAt.getTime() + ARMED_SECONDS * 1000);

/** When another delivery writes to the same table now: when to look again. */
async function turnOf(tx: Tx, { now }: Ports, { adapter, target_id }: Row): Promise<Date | undefined> {
  if (!exporterById(adapter)) return undefined;
  const other = await tx
    .selectFrom('deliveries')
    .select('id')
    .where('target_id', '=', target_id)
    .where('state', '=', 'armed')
    .where('armed_at', '>', new Date(now().getTime() - ARMED_SECONDS * 1000))
    .executeTakeFirst();
  return other && new Date(now().getTime() + TURN_SECONDS * 1000);
}

const toArmed = (row: Row, lease: string, mustLook: boolean): ArmedDelivery => ({
  id: row.id,
  orgId: row.org_id,
  targetId: row.target_id,
  campaignId: row.campaign_id,
  runId: row.run_id,
  adapter: row.adapter,
  label: row.label,
  subject: DeliverySubject.parse(row.subject_kind),
  key: row.subject_key,
  settings: TargetSettings.parse(row.settings),
  timeZone: row.time_zone,
  credentialId: row.credential_id,
  createdAt: row.created_at,
  attempt: row.attempts + 1,
  lease,
  mustLook,
});

async function compose(tx: Tx, armed: ArmedDelivery, publicUrl: string | null): Promise<Content> {
  if (exporterById(armed.adapter)) {
    const table = await composeRows(tx, armed, publicUrl);
    return table && { table };
  }
  const message = await composeMessage(tx, armed, publicUrl);
  return message && { message };
}
