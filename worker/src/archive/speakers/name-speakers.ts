import { nameSpeakers, readSpeechSettings } from '@nexus/shared/archive';
import { nameChunks } from '@nexus/shared/assistant';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { handle } from '../../platform/handle.ts';
import { keepVoices } from './keep-voices.ts';

/** After somebody said who speaks: passages get the name, and the voice is kept where the organisation wants to know it again. */
export default handle(nameSpeakers, async ({ orgId, itemId }, ports, { log }) => {
  await ports.db.transaction().execute(async (tx) => {
    const item = await tx
      .selectFrom('items')
      .select('id')
      .where('id', '=', itemId)
      .where('org_id', '=', orgId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!item) return log.set({ outcome: 'gone' });
    await countSeconds(tx, itemId);
    const { recognisesVoices } = await readSpeechSettings(tx, orgId);
    const voices = recognisesVoices ? await keepVoices(tx, { orgId, itemId }) : 0;
    log.set({ chunks: await nameChunks(tx, { itemId }), voices });
  });
});

/** Items from before speakers had rows get theirs with the first name, and without seconds. */
async function countSeconds(tx: Tx, itemId: string): Promise<void> {
  await sql`
    update item_speakers i
    set seconds = coalesce((
      select sum(g.end_seconds - g.start_seconds) from segments g
      where g.speaker = i.label
        and g.transcript_id = (select t.id from transcripts t where t.item_id = i.item_id order by t.version desc limit 1)
    ), 0)
    where i.item_id = ${itemId} and i.seconds = 0
  `.execute(tx);
}
