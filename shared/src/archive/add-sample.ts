import { type Context, requireScope } from '../platform/index.ts';
import { deleteRow } from './delete-item.ts';
import { addSampleItems } from './jobs.ts';

/** Queues the sample: one talk spoken by Nexus's own voice and one note, marked as sample. Idempotent. */
export async function addSample(ctx: Context): Promise<void> {
  requireScope(ctx.actor, 'archive:write');
  await ctx.db
    .transaction()
    .execute((tx) => ctx.queue.send(addSampleItems, { orgId: ctx.orgId, userId: ctx.actor.userId }, { tx }));
}

/** Deletes what is marked as sample, all or nothing. Idempotent. */
export async function removeSample(ctx: Context): Promise<void> {
  requireScope(ctx.actor, 'archive:write');
  await ctx.db.transaction().execute(async (tx) => {
    const samples = await tx
      .selectFrom('items')
      .selectAll()
      .where('org_id', '=', ctx.orgId)
      .where('is_sample', '=', true)
      .orderBy('id')
      .forUpdate()
      .execute();
    for (const sample of samples) await deleteRow(ctx, tx, sample);
  });
}
