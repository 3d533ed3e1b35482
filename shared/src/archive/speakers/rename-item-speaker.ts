import { type Context, requireScope } from '../../platform/index.ts';
import { lockItem } from '../item-rows.ts';
import type { ItemSpeaker, ItemSpeakerRename } from './contracts.ts';
import { findOrCreateSpeaker } from './find-or-create-speaker.ts';
import { findItemSpeaker, linkLabels, readItemSpeakers } from './item-speaker-rows.ts';
import { renamePerson } from './rename-speaker.ts';
import { nameSpeakers } from './speaker-jobs.ts';

/**
 * Gives a voice of an item a name: it becomes the person of that name, a new one if need be. With `everywhere` the person it
 * already is gets the name in all items. Returns all speakers of the item.
 */
export async function renameItemSpeaker(
  ctx: Context,
  input: { itemId: string } & ItemSpeakerRename,
): Promise<ItemSpeaker[]> {
  requireScope(ctx.actor, 'archive:write');

  return ctx.db.transaction().execute(async (tx) => {
    const item = await lockItem(tx, input.itemId);
    const speaker = await findItemSpeaker(tx, item.id, input.label);
    if (input.everywhere && speaker.speakerId !== null) {
      await renamePerson(ctx, tx, speaker.speakerId, input.name);
    } else {
      const speakerId = await findOrCreateSpeaker(tx, item.org_id, input.name);
      await linkLabels(tx, item, speaker.labels, { speaker_id: speakerId, name: null });
      await ctx.queue.send(nameSpeakers, { orgId: item.org_id, itemId: item.id }, { tx });
    }
    return readItemSpeakers(tx, item.id);
  });
}
