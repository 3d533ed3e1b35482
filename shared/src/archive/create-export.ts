import { type Context, recordAct, requireScope } from '../platform/index.ts';
import type { NewExport, Transfer } from './transfer-contracts.ts';
import { exportArchive } from './transfer-jobs.ts';
import { toTransfer } from './transfer-rows.ts';

/** Queues an export of the whole archive. Its files stay for a week. */
export async function createExport(ctx: Context, input: NewExport): Promise<Transfer> {
  requireScope(ctx.actor, 'archive:write');

  return ctx.db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('transfers')
      .values({ org_id: ctx.orgId, kind: 'export', with_media: input.withMedia, created_by: ctx.actor.userId })
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordAct(tx, ctx, { action: 'archive.create-export', subjectKind: 'transfer', subjectId: row.id });
    await ctx.queue.send(exportArchive, { orgId: ctx.orgId, transferId: row.id }, { tx });
    return toTransfer(row);
  });
}
