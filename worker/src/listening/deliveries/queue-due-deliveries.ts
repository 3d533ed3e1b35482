import { deliver, nextRunAt, queueDelivery } from '@nexus/shared/listening';
import { sql } from 'kysely';
import type { WorkerPorts } from '../../platform/ports.ts';

/** A minute's worth: what is left over is due in the next one. */
const MOST_AT_ONCE = 200;

type Ports = Pick<WorkerPorts, 'db' | 'queue' | 'now'>;

/** Queues the digests that are due, and finds deliveries whose job was lost. Any number of workers may do so at once. */
export async function queueDueDeliveries(ports: Ports): Promise<{ digests: number; found: number }> {
  return { digests: await queueDigests(ports), found: await queueStranded(ports) };
}

/** Each takes targets that the others have not locked. After a pause of the installation one digest tells all of it. */
async function queueDigests({ db, queue, now }: Ports): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const due = await tx
      .selectFrom('delivery_targets')
      .select(['id', 'org_id', 'cron', 'time_zone', 'next_digest_at'])
      .where('is_enabled', '=', true)
      .where('next_digest_at', '<=', now())
      .orderBy('next_digest_at')
      .limit(MOST_AT_ONCE)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const { id, org_id, cron, time_zone, next_digest_at } of due) {
      const next = cron === null ? null : nextRunAt(cron, time_zone, now());
      await tx.updateTable('delivery_targets').set({ next_digest_at: next }).where('id', '=', id).execute();
      const key = next_digest_at!.toISOString();
      await queueDelivery(tx, queue, { orgId: org_id, targetId: id, subject: 'digest', key });
    }
    return due.length;
  });
}

/** A queue that was emptied, or gave a job up, leaves the row behind; a job that is there is not doubled by its key. */
async function queueStranded({ db, queue, now }: Ports): Promise<number> {
  const longAgo = new Date(now().getTime() - 10 * 60 * 1000);
  return db.transaction().execute(async (tx) => {
    const stranded = await tx
      .selectFrom('deliveries')
      .select(['id', 'org_id'])
      .where('state', 'in', ['waiting', 'armed'])
      .where('updated_at', '<', longAgo)
      .where((eb) => eb.or([eb('retry_at', 'is', null), eb('retry_at', '<', longAgo)]))
      .orderBy('updated_at')
      .limit(MOST_AT_ONCE)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const { id, org_id } of stranded) {
      // Not found again in a minute, when the queue is only slow.
      await tx
        .updateTable('deliveries')
        .set({ updated_at: sql<Date>`now()` })
        .where('id', '=', id)
        .execute();
      await queue.send(deliver, { orgId: org_id, deliveryId: id }, { tx });
    }
    return stranded.length;
  });
}
