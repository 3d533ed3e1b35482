import type { Selectable } from 'kysely';
import type { DB, Tx } from '../../platform/index.ts';
import type { OpportunityNote } from './opportunity-contracts.ts';

export const toNote = (row: Selectable<DB['opportunity_notes']>): OpportunityNote => ({
  id: row.id,
  text: row.text,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
});

/** Oldest first. */
export async function readNotes(tx: Tx, orgId: string, opportunityId: string): Promise<OpportunityNote[]> {
  const rows = await tx
    .selectFrom('opportunity_notes')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('opportunity_id', '=', opportunityId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(toNote);
}
