import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import type { Delivery } from './delivery-contracts.ts';
import { readDelivery } from './delivery-rows.ts';
import { queueDelivery } from './queue-delivery.ts';
import { readTarget } from './target-rows.ts';

/** Writes all opportunities of a target anew: rows that are there are brought up to date in place, missing ones are added. */
export async function exportToTarget(ctx: Context, { targetId }: { targetId: string }): Promise<Delivery> {
  requireScope(ctx.actor, 'listening:write');

  return ctx.db.transaction().execute(async (tx) => {
    const target = await readTarget(tx, ctx.orgId, targetId);
    if (target.kind !== 'exporter')
      throw new NexusError('conflict', 'Only tables are written anew; messages are sent once.');
    if (!target.isEnabled) throw new NexusError('conflict', 'This target is paused. Let it go on first.');
    const made = { orgId: ctx.orgId, targetId, subject: 'export', key: ctx.now().toISOString() } as const;
    const id = await queueDelivery(tx, ctx.queue, made);
    if (id === null) throw new NexusError('conflict', 'It is being written anew already.');
    return readDelivery(tx, ctx.orgId, id);
  });
}
