import type { Selectable } from 'kysely';
import { type DB, NexusError, type Tx } from '../platform/index.ts';
import { Transfer } from './transfer-contracts.ts';

export type TransferRow = Selectable<DB['transfers']>;

/** Where the files of an export live in the bucket `media`. */
export const exportPrefix = (orgId: string, transferId: string): string => `${orgId}/exports/${transferId}/`;

export const toTransfer = (row: TransferRow): Transfer =>
  Transfer.parse({
    id: row.id,
    kind: row.kind,
    state: row.state,
    format: row.format,
    withMedia: row.with_media,
    name: row.name,
    total: row.total,
    finished: row.finished,
    problem: row.problem,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  });

/** Throws `not-found` for one that is not there, or not this organisation's. */
export async function findTransfer(tx: Tx, orgId: string, transferId: string): Promise<TransferRow> {
  const row = await tx
    .selectFrom('transfers')
    .selectAll()
    .where('id', '=', transferId)
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'This export or import is not there (any more).');
  return row;
}
