import { sql } from 'kysely';
import { type Context, NexusError, type Tx } from '../../platform/index.ts';
import type { Speaker } from './contracts.ts';
import { nameSpeakers } from './speaker-jobs.ts';

/** People with what they said. Filter, order and limit are the caller's. */
export const selectSpeakers = (tx: Tx, orgId: string) =>
  tx
    .selectFrom('speakers as s')
    .select(['s.id', 's.name', 's.colour'])
    .select((eb) => [
      eb
        .selectFrom('item_speakers as i')
        .select(sql<number>`count(distinct i.item_id)::int`.as('items'))
        .whereRef('i.speaker_id', '=', 's.id')
        .where('i.seconds', '>', 0)
        .as('itemCount'),
      eb
        .selectFrom('item_speakers as i')
        .select(sql<number>`coalesce(sum(i.seconds), 0)::float8`.as('seconds'))
        .whereRef('i.speaker_id', '=', 's.id')
        .as('seconds'),
      eb
        .selectFrom('speaker_voices as v')
        .select(sql<number>`count(*)::int`.as('voices'))
        .whereRef('v.speaker_id', '=', 's.id')
        .as('voiceCount'),
    ])
    .where('s.org_id', '=', orgId);

export async function readSpeaker(tx: Tx, orgId: string, speakerId: string): Promise<Speaker> {
  const row = await selectSpeakers(tx, orgId).where('s.id', '=', speakerId).executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'There is no such person in this organisation.');
  return toSpeaker(row);
}

export const toSpeaker = (row: {
  id: string;
  name: string;
  colour: number;
  itemCount: number | null;
  seconds: number | null;
  voiceCount: number | null;
}): Speaker => ({
  ...row,
  itemCount: row.itemCount ?? 0,
  seconds: row.seconds ?? 0,
  voiceCount: row.voiceCount ?? 0,
});

/** After a person's name changed: what is derived from it follows, item by item. */
export async function queueItemsOf(ctx: Pick<Context, 'orgId' | 'queue'>, tx: Tx, speakerId: string): Promise<void> {
  const items = await tx
    .selectFrom('item_speakers')
    .select('item_id')
    .distinct()
    .where('org_id', '=', ctx.orgId)
    .where('speaker_id', '=', speakerId)
    .execute();
  for (const { item_id: itemId } of items) await ctx.queue.send(nameSpeakers, { orgId: ctx.orgId, itemId }, { tx });
}
