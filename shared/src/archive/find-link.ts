import type { Tx } from '../platform/index.ts';
import type { ItemRow } from './item-rows.ts';

/** The item of an organisation that one of these keys (`linkKey`) leads to: by the address it was added with, or by what was found behind that. */
export async function findLink(tx: Tx, orgId: string, keys: readonly string[]): Promise<ItemRow | undefined> {
  if (keys.length === 0) return undefined;
  return tx
    .selectFrom('items')
    .selectAll()
    .where('org_id', '=', orgId)
    .where((eb) =>
      eb.or([
        eb('link_key', 'in', keys),
        eb(
          'id',
          'in',
          eb.selectFrom('item_links').select('item_id').where('org_id', '=', orgId).where('link_key', 'in', keys),
        ),
      ]),
    )
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
}
