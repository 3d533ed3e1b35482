import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import type { Delivery } from './delivery-contracts.ts';
import { readDelivery } from './delivery-rows.ts';
import { queueDelivery } from './queue-delivery.ts';
import { readTarget } from './target-rows.ts';

/** Sends a few words there, or looks whether a sheet can be written. How it went stands in the log and on the target. */
export async function testTarget(ctx: Context, { targetId }: { targetId: string }): Promise<Delivery> {
  requireScope(ctx.actor, 'listening:write');

  return ctx.db.transaction().execute(async (tx) => {
    const target = await readTarget(tx, ctx.orgId, targetId);
    if (!target.isEnabled) throw new NexusError('conflict', 'This target is paused. Let it go on first.');
    const made = { orgId: ctx.orgId, targetId, subject: 'test', key: crypto.randomUUID() } as const;
    const id = await queueDelivery(tx, ctx.queue, made);
    return readDelivery(tx, ctx.orgId, id!);
  });
}
