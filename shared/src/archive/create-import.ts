import { type Context, NexusError, recordAct, requireScope } from '../platform/index.ts';
import { sizeOfUpload } from './claim-upload.ts';
import type { NewImport, Transfer } from './transfer-contracts.ts';
import { importArchive } from './transfer-jobs.ts';
import { toTransfer } from './transfer-rows.ts';

/** Queues the import of an uploaded export. What is here already stays as it is. */
export async function createImport(ctx: Context, input: NewImport): Promise<Transfer> {
  requireScope(ctx.actor, 'archive:write');
  await sizeOfUpload(ctx, input.path);

  return ctx.db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('transfers')
      .values({
        org_id: ctx.orgId,
        kind: 'import',
        path: input.path,
        name: input.name,
        created_by: ctx.actor.userId,
      })
      .onConflict((conflict) => conflict.column('path').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new NexusError('conflict', 'This upload is being imported already. Upload the file again.');
    await recordAct(tx, ctx, {
      action: 'archive.create-import',
      subjectKind: 'transfer',
      subjectId: row.id,
      details: { name: input.name },
    });
    await ctx.queue.send(importArchive, { orgId: ctx.orgId, transferId: row.id }, { tx });
    return toTransfer(row);
  });
}
