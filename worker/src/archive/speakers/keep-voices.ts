import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';

/** Less speech than this makes no print worth comparing. */
const LEAST_SECONDS = 5;

/** Makes voice prints of the item those of the people its voices were said to be. Returns how many there are now. */
export async function keepVoices(tx: Tx, { orgId, itemId }: { orgId: string; itemId: string }): Promise<number> {
  // Who was recognised by voice is no proof: only what a person said teaches.
  const named = tx
    .selectFrom('item_speakers')
    .select(['org_id', sql<string>`speaker_id`.as('speaker_id'), 'item_id', 'label'])
    .select([sql<string>`voice_model`.as('model'), sql<number[]>`voice`.as('vector'), 'seconds'])
    .where('item_id', '=', itemId)
    .where('org_id', '=', orgId)
    .where('speaker_id', 'is not', null)
    .where('recognised', '=', false)
    .where('voice', 'is not', null)
    .where('voice_model', 'is not', null)
    .where('seconds', '>=', LEAST_SECONDS);

  await tx.deleteFrom('speaker_voices').where('item_id', '=', itemId).where('org_id', '=', orgId).execute();
  const kept = await tx
    .insertInto('speaker_voices')
    .columns(['org_id', 'speaker_id', 'item_id', 'label', 'model', 'vector', 'seconds'])
    .expression(named)
    .executeTakeFirst();
  return Number(kept.numInsertedOrUpdatedRows ?? 0);
}
