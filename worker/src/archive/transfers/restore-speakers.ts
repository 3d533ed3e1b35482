import type { Tx } from '@nexus/shared/platform';
import type { ArchivedItem } from './archive-format.ts';

/** Who spoke in an item. People are known by their names. */
export async function restoreSpeakers(
  tx: Tx,
  orgId: string,
  itemId: string,
  speakers: ArchivedItem['speakers'],
): Promise<void> {
  for (const { label, name, person, seconds } of speakers)
    await tx
      .insertInto('item_speakers')
      .values({
        org_id: orgId,
        item_id: itemId,
        label,
        name,
        seconds,
        speaker_id: person === null ? null : await personNamed(tx, orgId, person),
      })
      .execute();
}

/** The person of this name, made when there is none. */
export async function personNamed(tx: Tx, orgId: string, name: string, colour = 0): Promise<string> {
  const find = () =>
    tx
      .selectFrom('speakers')
      .select('id')
      .where('org_id', '=', orgId)
      .where((eb) => eb(eb.fn<string>('lower', ['name']), '=', eb.fn<string>('lower', [eb.val(name)])))
      .executeTakeFirst();
  const found = await find();
  if (found) return found.id;
  const made = await tx
    .insertInto('speakers')
    .values({ org_id: orgId, name, colour })
    .returning('id')
    .executeTakeFirstOrThrow();
  return made.id;
}
