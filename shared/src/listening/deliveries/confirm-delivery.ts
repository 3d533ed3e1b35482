import { type Context, NexusError, requireScope, type Tx } from '../../platform/index.ts';
import { countDelivered } from './count-delivered.ts';
import type { Delivery, DeliveryConfirmation } from './delivery-contracts.ts';
import { readDelivery } from './delivery-rows.ts';
import { sendAgain } from './send-again.ts';

/** What somebody saw there settles an unconfirmed delivery: it arrived, or it is sent again. */
export async function confirmDelivery(
  ctx: Context,
  { deliveryId, arrived }: DeliveryConfirmation & { deliveryId: string },
): Promise<Delivery> {
  requireScope(ctx.actor, 'listening:write');

  return ctx.db.transaction().execute(async (tx) => {
    const before = await readDelivery(tx, ctx.orgId, deliveryId);
    const isSettled = arrived
      ? await settle(ctx, tx, deliveryId)
      : await sendAgain(tx, ctx, deliveryId, ['unconfirmed']);
    if (!isSettled) throw new NexusError('conflict', 'It is known by now how this delivery went.');
    if (arrived && before.runId !== null) await countDelivered(tx, ctx.orgId, before.runId, 'delivered');
    return readDelivery(tx, ctx.orgId, deliveryId);
  });
}

async function settle(ctx: Context, tx: Tx, deliveryId: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('deliveries')
    .set({ state: 'done', problem: null, retry_at: null, delivered_at: ctx.now() })
    .where('id', '=', deliveryId)
    .where('org_id', '=', ctx.orgId)
    .where('state', '=', 'unconfirmed')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
