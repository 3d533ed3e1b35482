import { countDelivered, deliver } from '@nexus/shared/listening';
import { NexusError, type Tx } from '@nexus/shared/platform';
import type { DB } from '@nexus/shared/platform';
import type { Updateable } from 'kysely';
import type { WorkerPorts } from '../../platform/ports.ts';
import type { ArmedDelivery } from './armed-delivery.ts';
import type { Attempted } from './attempt-delivery.ts';

export const MOST_ATTEMPTS = 8;
const LONGEST_WAIT_SECONDS = 6 * 3600;

export interface Settled {
  outcome: 'lost' | 'done' | 'skipped' | 'retrying' | 'looking' | 'failed' | 'unconfirmed';
  retryAt?: Date;
}

type Ports = Pick<WorkerPorts, 'db' | 'queue' | 'now'>;

/** Writes how an attempt went, with the next one's job, in one transaction. `lost` when the row is another attempt's by now. */
export async function settleDelivery(ports: Ports, armed: ArmedDelivery, attempted: Attempted): Promise<Settled> {
  return ports.db.transaction().execute(async (tx) => {
    // In the order of arming, or two attempts for one target wait for each other.
    await lockTarget(tx, armed);
    const settled = settle(armed, attempted, ports.now());
    const { numUpdatedRows } = await tx
      .updateTable('deliveries')
      .set({ lease: null, armed_at: null, retry_at: settled.retryAt ?? null, ...settled.row })
      .where('id', '=', armed.id)
      .where('state', '=', 'armed')
      .where('lease', '=', armed.lease)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return { outcome: 'lost' };
    if (settled.retryAt) {
      const job = { orgId: armed.orgId, deliveryId: armed.id };
      await ports.queue.send(deliver, job, { tx, startAfter: settled.retryAt });
    }
    await tellTarget(tx, armed, settled, ports.now());
    if (armed.runId !== null && settled.outcome === 'done')
      await countDelivered(tx, armed.orgId, armed.runId, 'delivered');
    if (armed.runId !== null && settled.outcome === 'failed')
      await countDelivered(tx, armed.orgId, armed.runId, 'deliveriesFailed');
    return { outcome: settled.outcome, ...(settled.retryAt && { retryAt: settled.retryAt }) };
  });
}

const lockTarget = (tx: Tx, { orgId, targetId }: ArmedDelivery) =>
  tx
    .selectFrom('delivery_targets')
    .select('id')
    .where('id', '=', targetId)
    .where('org_id', '=', orgId)
    .forNoKeyUpdate()
    .execute();

interface Verdict extends Settled {
  row: Updateable<DB['deliveries']>;
  problem: NexusError | null;
}

function settle({ attempt }: ArmedDelivery, attempted: Attempted, now: Date): Verdict {
  if (attempted.kind === 'nothing')
    return { outcome: 'skipped', row: { state: 'skipped', problem: null }, problem: null };
  if (attempted.kind === 'arrived') {
    const { remoteId, note } = attempted.receipt;
    const problem = note === undefined ? null : new NexusError('upstream-refused', note);
    return {
      outcome: 'done',
      row: { state: 'done', remote_id: remoteId, problem: json(problem), delivered_at: now },
      problem,
    };
  }
  const { problem } = attempted;
  const isLast = attempt >= MOST_ATTEMPTS;
  const retryAt = new Date(now.getTime() + waitSeconds(problem, attempt) * 1000);
  const again = (state: string, outcome: Settled['outcome']): Verdict => ({
    outcome,
    retryAt,
    row: { state, problem: json(problem) },
    problem,
  });
  if (attempted.kind === 'unknown' && !attempted.isHarmless) {
    if (attempted.canLook && !isLast) return again('unconfirmed', 'looking');
    return { outcome: 'unconfirmed', row: { state: 'unconfirmed', problem: json(problem) }, problem };
  }
  if (problem.mayRetry && !isLast) return again('waiting', 'retrying');
  return { outcome: 'failed', row: { state: 'failed', problem: json(problem) }, problem };
}

/** 30 s, a minute, two, … up to half an hour, unless the other side said when. */
function waitSeconds({ retryAfterSeconds }: NexusError, attempt: number): number {
  if (retryAfterSeconds !== undefined) return Math.min(LONGEST_WAIT_SECONDS, Math.max(1, retryAfterSeconds));
  return Math.min(1800, 30 * 2 ** (attempt - 1));
}

/** What people see on the target; a passing problem is not yet one of it. */
async function tellTarget(tx: Tx, armed: ArmedDelivery, { outcome, problem }: Verdict, now: Date): Promise<void> {
  const state = outcome === 'done' ? 'good' : outcome === 'failed' ? 'failed' : undefined;
  await tx
    .updateTable('delivery_targets')
    .set({
      // Also without a change: who watches the log is told by the row.
      updated_at: now,
      ...(state && { state, problem: json(problem) }),
      ...(outcome === 'done' && { last_delivered_at: now }),
    })
    .where('id', '=', armed.targetId)
    .where('org_id', '=', armed.orgId)
    .execute();
}

const json = (problem: NexusError | null): string | null =>
  problem && JSON.stringify({ code: problem.code, detail: problem.detail });
