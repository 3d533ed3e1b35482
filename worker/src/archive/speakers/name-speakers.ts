import { nameSpeakers, readSpeechSettings } from '@nexus/shared/archive';
import { nameChunks } from '@nexus/shared/assistant';
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
    const { recognisesVoices } = await readSpeechSettings(tx, orgId);
    const voices = recognisesVoices ? await keepVoices(tx, { orgId, itemId }) : 0;
    log.set({ chunks: await nameChunks(tx, { itemId }), voices });
  });
});
