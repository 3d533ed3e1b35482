import { lockItem, makeDuplicate } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import type { StepIo, StepItem } from '../step.ts';

/** What makes no copy of a new item: it is one itself, or nothing came of it. */
const NO_ORIGINAL = ['duplicate', 'failed', 'canceled'];

/**
 * Writes down what else leads to this item. When one of it leads to another item already, this one becomes its duplicate, before
 * anything is fetched: false then, and the attempt is over. A pair that a person called different stays two.
 */
export async function claimLinks({ row }: StepItem, keys: readonly string[], { ports }: StepIo): Promise<boolean> {
  if (keys.length === 0) return true;
  return ports.db.transaction().execute(async (tx) => {
    const item = await lockItem(tx, row.id);
    // Canceled meanwhile: the attempt learns it from its row.
    if (item.status !== 'working') return true;
    const original = await otherItem(tx, item, keys);
    if (original) {
      await makeDuplicate(tx, item.id, original, ports.now());
      return false;
    }
    await tx
      .insertInto('item_links')
      .values(keys.map((link_key) => ({ org_id: item.org_id, link_key, item_id: item.id })))
      .onConflict((conflict) => conflict.columns(['org_id', 'link_key']).doUpdateSet({ item_id: item.id }))
      .execute();
    return true;
  });
}

async function otherItem(
  tx: Tx,
  item: { id: string; org_id: string },
  keys: readonly string[],
): Promise<string | undefined> {
  const other = await tx
    .selectFrom('items as o')
    .select('o.id')
    .where('o.org_id', '=', item.org_id)
    .where('o.id', '!=', item.id)
    .where('o.status', 'not in', NO_ORIGINAL)
    .where((eb) =>
      eb.or([
        eb('o.link_key', 'in', keys),
        eb.exists(
          eb
            .selectFrom('item_links as l')
            .select('l.item_id')
            .whereRef('l.item_id', '=', 'o.id')
            .where('l.org_id', '=', item.org_id)
            .where('l.link_key', 'in', keys),
        ),
      ]),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('duplicate_pairs as p')
            .select('p.id')
            .where('p.verdict', '=', 'different')
            .where((e) =>
              e.or([
                e.and([e('p.first_id', '=', item.id), e('p.second_id', '=', e.ref('o.id'))]),
                e.and([e('p.second_id', '=', item.id), e('p.first_id', '=', e.ref('o.id'))]),
              ]),
            ),
        ),
      ),
    )
    .orderBy('o.created_at')
    .limit(1)
    .executeTakeFirst();
  return other?.id;
}
