import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import type { Speaker, SpeakerMerge } from './contracts.ts';
import { queueItemsOf, readSpeaker } from './speaker-rows.ts';

/** Two people of the organisation are one: everything of the first becomes the second's, whose name stays. */
export async function mergeSpeakers(ctx: Context, input: { speakerId: string } & SpeakerMerge): Promise<Speaker> {
  requireScope(ctx.actor, 'archive:write');
  const { speakerId, intoId } = input;
  if (speakerId === intoId) throw new NexusError('conflict', 'Choose somebody else to merge with.');

  return ctx.db.transaction().execute(async (tx) => {
    const from = await readSpeaker(tx, ctx.orgId, speakerId);
    const into = await readSpeaker(tx, ctx.orgId, intoId);
    await queueItemsOf(ctx, tx, from.id);
    await tx.updateTable('item_speakers').set({ speaker_id: into.id }).where('speaker_id', '=', from.id).execute();
    await tx.updateTable('speaker_voices').set({ speaker_id: into.id }).where('speaker_id', '=', from.id).execute();
    await tx.deleteFrom('speakers').where('id', '=', from.id).execute();
    return readSpeaker(tx, ctx.orgId, into.id);
  });
}
