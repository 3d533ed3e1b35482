import { type Context, NexusError, requireScope } from '../platform/index.ts';
import { emailsOf, findCorrection, toCorrection } from './corrections/correction-rows.ts';
import type { CorrectionOutcome } from './corrections-contracts.ts';
import { lockItem } from './item-rows.ts';
import { newestTranscriptId } from './machine-segments.ts';
import { queueReindex } from './queue-reindex.ts';
import { segmentAt } from './segment-at.ts';

/** Takes a correction out of what is shown, or puts it back in. Its row stays either way. */
export async function setCorrectionRemoved(
  ctx: Context,
  input: { itemId: string; correctionId: string },
  isRemoved: boolean,
): Promise<CorrectionOutcome> {
  requireScope(ctx.actor, 'archive:write');

  return ctx.db.transaction().execute(async (tx) => {
    const item = await lockItem(tx, input.itemId);
    const { id, removed_at } = await findCorrection(tx, item.id, input.correctionId);
    if ((removed_at !== null) === isRemoved)
      throw new NexusError('conflict', isRemoved ? 'It was taken back already.' : 'It is part of the text already.');
    const row = await tx
      .updateTable('segment_corrections')
      .set(isRemoved ? { removed_at: ctx.now(), removed_by: ctx.actor.userId } : { removed_at: null, removed_by: null })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await queueReindex(ctx, tx, { orgId: item.org_id, itemId: item.id });

    const emails = await emailsOf(tx, item.org_id, [row.created_by]);
    const isOfNewest = (await newestTranscriptId(tx, item.id)) === row.transcript_id;
    return {
      correction: toCorrection(row, isRemoved ? 'removed' : 'applied', emails.get(row.created_by ?? '') ?? null),
      segment: isOfNewest ? await segmentAt(tx, item.id, row.position) : null,
    };
  });
}
