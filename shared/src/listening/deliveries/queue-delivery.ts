import type { Queue, Tx } from '../../platform/index.ts';
import type { DeliverySubject } from './delivery-contracts.ts';
import { deliver } from './delivery-jobs.ts';

export interface NewDelivery {
  readonly orgId: string;
  readonly targetId: string;
  readonly subject: DeliverySubject;
  /** With target and subject it makes sure that nothing is told twice. */
  readonly key: string;
  readonly runId?: string | undefined;
}

/** The row and its job, in this transaction. Null when the target is, or was, told this already. */
export async function queueDelivery(
  tx: Tx,
  queue: Queue,
  { orgId, targetId, subject, key, runId }: NewDelivery,
): Promise<string | null> {
  const row = await tx
    .insertInto('deliveries')
    .values({ org_id: orgId, target_id: targetId, subject_kind: subject, subject_key: key, run_id: runId ?? null })
    .onConflict((conflict) => conflict.columns(['target_id', 'subject_kind', 'subject_key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!row) return null;
  await queue.send(deliver, { orgId, deliveryId: row.id }, { tx });
  return row.id;
}
