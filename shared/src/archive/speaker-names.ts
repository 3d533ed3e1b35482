import type { Tx } from '../platform/index.ts';

/**
 * What is shown for the labels of an item's speakers, where that is not the label itself: the name of the person, else the
 * name given within this item. Two labels with the same name are the same speaker.
 */
export async function speakerNames(tx: Tx, itemId: string): Promise<Map<string, string>> {
  const rows = await tx
    .selectFrom('item_speakers as i')
    .leftJoin('speakers as s', 's.id', 'i.speaker_id')
    .select(['i.label', 'i.name', 's.name as personName'])
    .where('i.item_id', '=', itemId)
    .execute();
  return new Map(
    rows.flatMap(({ label, name, personName }) => {
      const shown = personName ?? name;
      return shown === null || shown === label ? [] : [[label, shown] as const];
    }),
  );
}
