import type { Selectable } from 'kysely';
import { type DB, NexusError, type ObjectStore, type Tx } from '../../platform/index.ts';
import { DuplicateRelation, type DuplicatePair, type DuplicateSide, DuplicateVerdict } from '../duplicate-contracts.ts';
import { type ItemRow, presentPlayback, toItemSummary } from '../item-rows.ts';

export type PairRow = Selectable<DB['duplicate_pairs']>;
export interface PairRecord {
  pair: PairRow;
  first: ItemRow;
  second: ItemRow;
}

/** The pair with both items, which nobody else changes until the transaction ends. In the order of their ids, as everyone locks them. */
export async function lockPair(tx: Tx, pairId: string): Promise<PairRecord> {
  const found = await tx.selectFrom('duplicate_pairs').selectAll().where('id', '=', pairId).executeTakeFirst();
  const items = found ? await lockItems(tx, [found.first_id, found.second_id]) : [];
  // Again, as it is now that its items are held.
  const pair = await tx
    .selectFrom('duplicate_pairs')
    .selectAll()
    .where('id', '=', pairId)
    .forUpdate()
    .executeTakeFirst();
  const [first, second] = items;
  if (!pair || !first || !second) throw new NexusError('not-found', 'There is no such pair in this organisation.');
  return { pair, first, second };
}

async function lockItems(tx: Tx, ids: readonly string[]): Promise<ItemRow[]> {
  return tx.selectFrom('items').selectAll().where('id', 'in', ids).orderBy('id').forNoKeyUpdate().execute();
}

export async function withItems(tx: Tx, pairs: readonly PairRow[]): Promise<PairRecord[]> {
  if (pairs.length === 0) return [];
  const ids = pairs.flatMap(({ first_id, second_id }) => [first_id, second_id]);
  const items = await tx.selectFrom('items').selectAll().where('id', 'in', ids).execute();
  const byId = new Map(items.map((item) => [item.id, item]));
  return pairs.flatMap((pair) => {
    const [first, second] = [byId.get(pair.first_id), byId.get(pair.second_id)];
    return first && second ? [{ pair, first, second }] : [];
  });
}

/** Call it after the transaction, as for `presentItem`. */
export async function presentPair({ pair, first, second }: PairRecord, storage: ObjectStore): Promise<DuplicatePair> {
  const side = async (item: ItemRow, share: number | null, startSeconds: number | null): Promise<DuplicateSide> => ({
    item: { ...(await toItemSummary(item, storage)), ...(await presentPlayback(item, storage)) },
    share,
    startSeconds,
  });
  return {
    id: pair.id,
    relation: DuplicateRelation.parse(pair.relation),
    foundBy: pair.found_by === 'file' ? 'file' : 'sound',
    bitErrorRate: pair.bit_error_rate,
    lengthSeconds: pair.length_seconds,
    first: await side(first, pair.first_share, pair.first_start_seconds),
    second: await side(second, pair.second_share, pair.second_start_seconds),
    verdict: DuplicateVerdict.nullable().parse(pair.verdict),
    decidedBy: pair.decided_by,
    decidedAt: pair.decided_at?.toISOString() ?? null,
    createdAt: pair.created_at.toISOString(),
  };
}
