import { type Context, requireScope } from '../../platform/index.ts';
import { lockItem } from '../item-rows.ts';
import type { ItemSpeaker, ItemSpeakerUnlink } from './contracts.ts';
import { findItemSpeaker, linkLabels, readItemSpeakers } from './item-speaker-rows.ts';
import { nameSpeakers } from './speaker-jobs.ts';

/** Takes name and person from a voice, merged ones included: each label stands for itself again. */
export async function unlinkItemSpeaker(
  ctx: Context,
  input: { itemId: string } & ItemSpeakerUnlink,
): Promise<ItemSpeaker[]> {
  requireScope(ctx.actor, 'archive:write');

  return ctx.db.transaction().execute(async (tx) => {
    const item = await lockItem(tx, input.itemId);
    const { labels } = await findItemSpeaker(tx, item.id, input.label);
    await linkLabels(tx, item, labels, { speaker_id: null, name: null });
    await tx.deleteFrom('speaker_voices').where('item_id', '=', item.id).where('label', 'in', labels).execute();
    await ctx.queue.send(nameSpeakers, { orgId: item.org_id, itemId: item.id }, { tx });
    return readItemSpeakers(tx, item.id);
  });
}
