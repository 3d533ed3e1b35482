import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import { removeFiles } from '../jobs.ts';
import { recordingPrefix } from './recording-paths.ts';
import { lockRecording } from './recording-rows.ts';

/** Drops a recording that is no item yet, with all of its sound. */
export async function discardRecording(ctx: Context, input: { recordingId: string }): Promise<void> {
  requireScope(ctx.actor, 'archive:write');

  await ctx.db.transaction().execute(async (tx) => {
    const row = await lockRecording(tx, input.recordingId);
    if (row.item_id)
      throw new NexusError('conflict', `This recording is the item ${row.item_id} already. Delete that item instead.`);
    await tx.deleteFrom('recordings').where('id', '=', row.id).execute();
    await ctx.queue.send(removeFiles, { orgId: row.org_id, prefix: recordingPrefix(row.org_id, row.id) }, { tx });
  });
}
