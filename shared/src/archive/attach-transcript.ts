import { type Context, NexusError, requireScope } from '../platform/index.ts';
import type { Item, NewTranscript } from './contracts.ts';
import { claimUploads, sizeOfUpload } from './claim-upload.ts';
import { lockItem, presentItem, readItem } from './item-rows.ts';
import { earliestStep, restartFrom } from './retry-item.ts';

/** Gives a recording its words from a subtitle file (SRT or VTT): a new version of the transcript, worked in from `transcribe` on. */
export async function attachTranscript(
  ctx: Context,
  input: { itemId: string; transcript: NewTranscript },
): Promise<Item> {
  requireScope(ctx.actor, 'archive:write');
  const { transcript } = input;
  if ('path' in transcript) await sizeOfUpload(ctx, transcript.path);

  const record = await ctx.db.transaction().execute(async (tx) => {
    const item = await lockItem(tx, input.itemId);
    if (!['audio', 'video'].includes(item.kind))
      throw new NexusError('conflict', 'Only a recording can be given a transcript.');
    if (item.status === 'working' || item.status === 'queued') {
      throw new NexusError('conflict', 'This item is being worked on. Wait until it rests, or cancel it first.');
    }
    if ('path' in transcript) {
      await claimUploads(tx, [transcript.path]);
      await tx.deleteFrom('item_texts').where('item_id', '=', item.id).execute();
    } else {
      await tx
        .insertInto('item_texts')
        .values({ item_id: item.id, org_id: item.org_id, text: transcript.text })
        .onConflict((conflict) => conflict.column('item_id').doUpdateSet({ text: transcript.text }))
        .execute();
    }
    await tx
      .updateTable('items')
      .set({ subtitle_path: 'path' in transcript ? transcript.path : null })
      .where('id', '=', item.id)
      .execute();
    const step = await earliestStep(tx, item.id, 'transcribe');
    await restartFrom(ctx, tx, { orgId: item.org_id, itemId: item.id }, step);
    return readItem(tx, item.id);
  });
  return presentItem(record, ctx.storage);
}
