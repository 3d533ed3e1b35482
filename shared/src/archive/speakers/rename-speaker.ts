import { sql } from 'kysely';
import { type Context, NexusError, requireScope, type Tx } from '../../platform/index.ts';
import type { Speaker, SpeakerChange } from './contracts.ts';
import { queueItemsOf, readSpeaker } from './speaker-rows.ts';

/** Gives a person another name, in all items. Errors: `conflict` when somebody else has it. */
export async function renameSpeaker(ctx: Context, input: { speakerId: string } & SpeakerChange): Promise<Speaker> {
  requireScope(ctx.actor, 'archive:write');

  return ctx.db.transaction().execute(async (tx) => {
    await renamePerson(ctx, tx, input.speakerId, input.name);
    return readSpeaker(tx, ctx.orgId, input.speakerId);
  });
}

/** The same within a transaction of the caller. */
export async function renamePerson(
  ctx: Pick<Context, 'orgId' | 'queue'>,
  tx: Tx,
  speakerId: string,
  name: string,
): Promise<void> {
  const person = await readSpeaker(tx, ctx.orgId, speakerId);
  if (person.name === name) return;
  const namesake = await tx
    .selectFrom('speakers')
    .select('id')
    .where('org_id', '=', ctx.orgId)
    .where('id', '<>', speakerId)
    .where(sql<string>`lower(name)`, '=', sql<string>`lower(${name})`)
    .executeTakeFirst();
  if (namesake) {
    const detail = `There is already somebody called ${name}. Merge the two, or choose another name.`;
    throw new NexusError('conflict', detail, { fields: { name: [detail] } });
  }
  await tx.updateTable('speakers').set({ name }).where('id', '=', speakerId).execute();
  await queueItemsOf(ctx, tx, speakerId);
}
