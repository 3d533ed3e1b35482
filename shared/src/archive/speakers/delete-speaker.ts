import { type Context, recordAct, requireScope } from '../../platform/index.ts';
import { queueItemsOf, readSpeaker } from './speaker-rows.ts';

/** Forgets a person and their voice prints. What they said stays, under the labels it came with. */
export async function deleteSpeaker(ctx: Context, input: { speakerId: string }): Promise<void> {
  requireScope(ctx.actor, 'archive:write');

  await ctx.db.transaction().execute(async (tx) => {
    const { id, name } = await readSpeaker(tx, ctx.orgId, input.speakerId);
    await queueItemsOf(ctx, tx, id);
    await tx
      .updateTable('item_speakers')
      .set({ speaker_id: null, name: null, recognised: false, voice: null, voice_model: null })
      .where('speaker_id', '=', id)
      .execute();
    await tx.deleteFrom('speakers').where('id', '=', id).execute();
    await recordAct(tx, ctx, {
      action: 'archive.delete-speaker',
      subjectKind: 'speaker',
      subjectId: id,
      details: { name },
    });
  });
}
