import { type Context, NexusError, requireScope } from '../../platform/index.ts';

/** Deletes one's own note; an administrator may delete anybody's. */
export async function deleteOpportunityNote(
  ctx: Context,
  input: { opportunityId: string; noteId: string },
): Promise<void> {
  requireScope(ctx.actor, 'listening:write');

  await ctx.db.transaction().execute(async (tx) => {
    const note = await tx
      .selectFrom('opportunity_notes')
      .select('created_by')
      .where('id', '=', input.noteId)
      .where('opportunity_id', '=', input.opportunityId)
      .where('org_id', '=', ctx.orgId)
      .executeTakeFirst();
    if (!note) throw new NexusError('not-found', 'There is no such note.');
    if (note.created_by !== ctx.actor.userId) requireScope(ctx.actor, 'platform:admin');
    const { numDeletedRows } = await tx
      .deleteFrom('opportunity_notes')
      .where('id', '=', input.noteId)
      .where('org_id', '=', ctx.orgId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new NexusError('forbidden', 'Your role does not allow this.');
  });
}
