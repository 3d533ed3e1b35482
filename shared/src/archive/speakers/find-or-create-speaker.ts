import { sql } from 'kysely';
import type { Tx } from '../../platform/index.ts';
import { SPEAKER_COLOURS } from './contracts.ts';

/** The person of this name, whatever its capitals; a new one when nobody is called so. */
export async function findOrCreateSpeaker(tx: Tx, orgId: string, name: string): Promise<string> {
  const inserted = await tx
    .insertInto('speakers')
    .values((eb) => ({
      org_id: orgId,
      name,
      // Colours in turn, so that people who come after each other differ.
      colour: eb
        .selectFrom('speakers')
        .select(sql<number>`(count(*) % ${sql.lit(SPEAKER_COLOURS)})::smallint`.as('colour'))
        .where('org_id', '=', orgId),
    }))
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted) return inserted.id;
  const { id } = await tx
    .selectFrom('speakers')
    .select('id')
    .where('org_id', '=', orgId)
    .where(sql<string>`lower(name)`, '=', sql<string>`lower(${name})`)
    .executeTakeFirstOrThrow();
  return id;
}
