import { NexusError, type Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { TransferRun } from './run-transfer.ts';

/** What is written down of an item before anything is done for it. */
export interface EntryWanted {
  /** What the file calls it. */
  key: string;
  title: string;
  /** The id it had: kept where it is free, so that old links and citations lead to it. */
  wantedId: string | null;
}

/** Writes down which id each is to have, and answers those that are still to be brought in. */
export async function beginEntries(
  { ports, row }: TransferRun,
  batch: readonly EntryWanted[],
  onHere: (key: string, itemId: string) => void,
): Promise<Map<string, string>> {
  const entries = await ports.db.transaction().execute(async (tx) => {
    const wantedIds = batch.flatMap(({ wantedId }) => wantedId ?? []);
    const taken = new Set(await foreignIds(tx, row.org_id, wantedIds));
    await tx
      .insertInto('transfer_entries')
      .values(
        batch.map(({ key, title, wantedId }) => ({
          transfer_id: row.id,
          org_id: row.org_id,
          key,
          title,
          item_id: wantedId !== null && !taken.has(wantedId) ? wantedId : crypto.randomUUID(),
        })),
      )
      .onConflict((conflict) => conflict.columns(['transfer_id', 'key']).doNothing())
      .execute();
    return tx
      .selectFrom('transfer_entries')
      .select(['key', 'state', 'item_id'])
      .where('transfer_id', '=', row.id)
      .where(
        'key',
        'in',
        batch.map(({ key }) => key),
      )
      .execute();
  });
  for (const { key, state, item_id } of entries) if (state === 'done' || state === 'here') onHere(key, item_id);
  return new Map(entries.filter(({ state }) => state === 'begun').map(({ key, item_id }) => [key, item_id]));
}

/** Another organisation's item may have the id; one of this organisation is found as being here. */
async function foreignIds(tx: Tx, orgId: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await tx.selectFrom('items').select('id').where('id', 'in', ids).where('org_id', '<>', orgId).execute();
  return rows.map(({ id }) => id);
}

/** An entry that cannot be brought in, with the reason for its user. */
export async function failEntry(
  run: TransferRun,
  { key, title, detail }: { key: string; title: string; detail: string },
): Promise<void> {
  const problem = JSON.stringify({ code: 'unreadable-media', detail });
  await run.ports.db.transaction().execute((tx) =>
    tx
      .insertInto('transfer_entries')
      .values({
        transfer_id: run.row.id,
        org_id: run.row.org_id,
        key,
        title,
        item_id: crypto.randomUUID(),
        state: 'failed',
        problem,
      })
      .onConflict((conflict) => conflict.columns(['transfer_id', 'key']).doUpdateSet({ state: 'failed', problem }))
      .execute(),
  );
}

/** Fails when the import was canceled: its entries are gone with it. */
export async function settleEntry(
  tx: Tx,
  { row }: TransferRun,
  key: string,
  values: { state: 'done' | 'here'; item_id: string },
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('transfer_entries')
    .set(values)
    .where('transfer_id', '=', row.id)
    .where('key', '=', key)
    .where(sql<boolean>`exists (select from transfers t where t.id = transfer_id and t.attempt = ${row.attempt})`)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new NexusError('canceled', 'It was canceled.');
}
