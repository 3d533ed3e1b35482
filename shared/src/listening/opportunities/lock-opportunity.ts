import type { Selectable, Updateable } from 'kysely';
import { type DB, NexusError, type Tx } from '../../platform/index.ts';
import { NO_SUCH_OPPORTUNITY } from './opportunity-rows.ts';

export type OpportunityRow = Selectable<DB['opportunities']>;

/** The row, held until the transaction ends: two people at one opportunity change it one after the other. */
export async function lockOpportunity(tx: Tx, orgId: string, opportunityId: string): Promise<OpportunityRow> {
  const row = await tx
    .selectFrom('opportunities')
    .selectAll()
    .where('id', '=', opportunityId)
    .where('org_id', '=', orgId)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new NexusError('not-found', NO_SUCH_OPPORTUNITY);
  return row;
}

/** Changes a row that `lockOpportunity` gave. */
export async function updateOpportunity(
  tx: Tx,
  { id, org_id }: OpportunityRow,
  set: Updateable<DB['opportunities']>,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('opportunities')
    .set(set)
    .where('id', '=', id)
    .where('org_id', '=', org_id)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new NexusError('forbidden', 'Your role does not allow this.');
}
