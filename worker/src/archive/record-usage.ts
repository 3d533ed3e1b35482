import type { ItemRow } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';

export interface ItemUsage {
  kind: 'transcribe' | 'enrich' | 'embed';
  /** What did the work. */
  adapter: string | null;
  quantity: number;
  unit: 'seconds' | 'tokens';
  /** When the connection's settings name a price. */
  costUsd?: number | null;
}

/** Notes what work on an item used, in the transaction that finishes it. */
export async function recordUsage(
  tx: Tx,
  row: Pick<ItemRow, 'id' | 'org_id'>,
  { costUsd, ...usage }: ItemUsage,
): Promise<void> {
  await tx
    .insertInto('usage_events')
    .values({ org_id: row.org_id, ...usage, cost_usd: String(costUsd ?? 0), subject_kind: 'item', subject_id: row.id })
    .execute();
}
