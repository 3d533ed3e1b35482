import { type Context, NexusError, requireScope } from '../platform/index.ts';
import { isUploadPath } from './claim-upload.ts';
import { removeFiles } from './jobs.ts';

/** Gives up an upload that became no item: its room is free at once, what was stored of it goes by a job. */
export async function dropUpload(ctx: Context, { path }: { path: string }): Promise<void> {
  requireScope(ctx.actor, 'archive:write');
  if (!isUploadPath(ctx.orgId, path))
    throw new NexusError('not-found', 'There is no such upload in this organisation.');

  await ctx.db.transaction().execute(async (tx) => {
    await tx.deleteFrom('upload_reservations').where('path', '=', path).execute();
    const claimed = await tx
      .selectFrom('items')
      .select('id')
      .where((eb) => eb.or([eb('original_path', '=', path), eb('subtitle_path', '=', path)]))
      .executeTakeFirst();
    if (claimed) return;
    const prefix = path.slice(0, path.lastIndexOf('/') + 1);
    await ctx.queue.send(removeFiles, { orgId: ctx.orgId, prefix }, { tx });
  });
}
