import { type Context, recordAct, requireScope } from '../../platform/index.ts';
import { readSpeaker } from './speaker-rows.ts';

/** Deletes the voice prints of a person, or without one those of everybody. Names stay. Returns how many there were. */
export async function forgetVoices(ctx: Context, input: { speakerId?: string }): Promise<number> {
  requireScope(ctx.actor, 'archive:write');
  const { speakerId } = input;

  return ctx.db.transaction().execute(async (tx) => {
    if (speakerId !== undefined) await readSpeaker(tx, ctx.orgId, speakerId);
    let prints = tx.deleteFrom('speaker_voices').where('org_id', '=', ctx.orgId);
    // Also those that wait for a name.
    let waiting = tx
      .updateTable('item_speakers')
      .set({ voice: null, voice_model: null })
      .where('org_id', '=', ctx.orgId)
      .where('voice_model', 'is not', null);
    if (speakerId !== undefined) {
      prints = prints.where('speaker_id', '=', speakerId);
      waiting = waiting.where('speaker_id', '=', speakerId);
    }
    const forgotten = await prints.executeTakeFirst();
    await waiting.execute();
    const count = Number(forgotten.numDeletedRows);
    await recordAct(tx, ctx, {
      action: 'archive.forget-voices',
      subjectKind: speakerId === undefined ? 'org' : 'speaker',
      subjectId: speakerId ?? ctx.orgId,
      details: { count },
    });
    return count;
  });
}
