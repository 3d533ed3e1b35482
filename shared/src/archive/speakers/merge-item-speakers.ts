import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import { lockItem } from '../item-rows.ts';
import type { ItemSpeaker, ItemSpeakerMerge } from './contracts.ts';
import { findItemSpeaker, linkLabels, readItemSpeakers } from './item-speaker-rows.ts';
import { nameSpeakers } from './speaker-jobs.ts';

/** Two voices of an item are one speaker: what `label` said is shown under the name of `into`. Returns all speakers of the item. */
export async function mergeItemSpeakers(
  ctx: Context,
  input: { itemId: string } & ItemSpeakerMerge,
): Promise<ItemSpeaker[]> {
  requireScope(ctx.actor, 'archive:write');

  return ctx.db.transaction().execute(async (tx) => {
    const item = await lockItem(tx, input.itemId);
    const from = await findItemSpeaker(tx, item.id, input.label);
    const into = await findItemSpeaker(tx, item.id, input.into);
    if (from.name === into.name) throw new NexusError('conflict', 'These two are the same speaker already.');
    const link = { speaker_id: into.speakerId, name: into.speakerId === null ? into.name : null };
    await linkLabels(tx, item, from.labels, link);
    await ctx.queue.send(nameSpeakers, { orgId: item.org_id, itemId: item.id }, { tx });
    return readItemSpeakers(tx, item.id);
  });
}
