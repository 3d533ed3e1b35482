import type { Context, Tx } from '../../platform/index.ts';
import { countDelivered } from './count-delivered.ts';
import type { DeliveryState } from './delivery-contracts.ts';
import { deliver } from './delivery-jobs.ts';

/** Puts a delivery back to its beginning, with a job, when it is in one of these states. Tells whether it was. */
export async function sendAgain(
  tx: Tx,
  ctx: Pick<Context, 'orgId' | 'queue'>,
  deliveryId: string,
  from: readonly DeliveryState[],
): Promise<boolean> {
  const before = await tx
    .selectFrom('deliveries')
    .select(['state', 'run_id'])
    .where('id', '=', deliveryId)
    .where('org_id', '=', ctx.orgId)
    .where('state', 'in', from)
    .forUpdate()
    .executeTakeFirst();
  if (!before) return false;
  await tx
    .updateTable('deliveries')
    .set({ state: 'waiting', attempts: 0, problem: null, retry_at: null, lease: null, armed_at: null })
    .where('id', '=', deliveryId)
    .where('org_id', '=', ctx.orgId)
    .execute();
  if (before.state === 'failed' && before.run_id !== null)
    await countDelivered(tx, ctx.orgId, before.run_id, 'deliveriesFailed', -1);
  await ctx.queue.send(deliver, { orgId: ctx.orgId, deliveryId }, { tx });
  return true;
}
