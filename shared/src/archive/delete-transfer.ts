import { type Context, NexusError, requireScope } from '../platform/index.ts';
import { removeFiles } from './jobs.ts';
import { exportPrefix, findTransfer } from './transfer-rows.ts';

/** Removes an export with its files, or an import's report. One that is under way ends with the item in hand; what came in stays. */
export async function deleteTransfer(ctx: Context, input: { transferId: string }): Promise<void> {
  requireScope(ctx.actor, 'archive:write');

  await ctx.db.transaction().execute(async (tx) => {
    const row = await findTransfer(tx, ctx.orgId, input.transferId);
    const { numDeletedRows } = await tx.deleteFrom('transfers').where('id', '=', row.id).executeTakeFirst();
    if (numDeletedRows === 0n) throw new NexusError('forbidden', 'Your role does not allow this.');
    const prefix = row.path?.slice(0, row.path.lastIndexOf('/') + 1) ?? exportPrefix(ctx.orgId, row.id);
    await ctx.queue.send(removeFiles, { orgId: ctx.orgId, prefix }, { tx });
  });
}
