import { storableText } from '../../archive/storable-text.ts';
import { type Context, requireScope } from '../../platform/index.ts';
import { lockOpportunity } from './lock-opportunity.ts';
import type { NewOpportunityNote, OpportunityNote } from './opportunity-contracts.ts';
import { toNote } from './opportunity-notes.ts';

/** Adds a note that every colleague sees. */
export async function addOpportunityNote(
  ctx: Context,
  input: { opportunityId: string } & NewOpportunityNote,
): Promise<OpportunityNote> {
  requireScope(ctx.actor, 'listening:write');

  return ctx.db.transaction().execute(async (tx) => {
    const { id } = await lockOpportunity(tx, ctx.orgId, input.opportunityId);
    const row = await tx
      .insertInto('opportunity_notes')
      .values({
        org_id: ctx.orgId,
        opportunity_id: id,
        text: storableText(input.text),
        created_by: ctx.actor.userId,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toNote(row);
  });
}
