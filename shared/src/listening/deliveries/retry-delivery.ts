import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import type { Delivery } from './delivery-contracts.ts';
import { readDelivery } from './delivery-rows.ts';
import { sendAgain } from './send-again.ts';

/** Tries a failed one again, or a waiting one at once. One that nobody knows the outcome of is confirmed first: `confirmDelivery`. */
export async function retryDelivery(ctx: Context, { deliveryId }: { deliveryId: string }): Promise<Delivery> {
  requireScope(ctx.actor, 'listening:write');

  return ctx.db.transaction().execute(async (tx) => {
    const isQueued = await sendAgain(tx, ctx, deliveryId, ['failed', 'waiting', 'skipped']);
    const delivery = await readDelivery(tx, ctx.orgId, deliveryId);
    if (isQueued) return delivery;
    throw new NexusError(
      'conflict',
      delivery.state === 'unconfirmed'
        ? 'It may have arrived. Look there, then say whether it did.'
        : 'Only what failed or waits can be tried again.',
    );
  });
}
