import type { Context } from './context.ts';
import { NexusError } from './errors.ts';
import { recordAct } from './record-act.ts';
import { requireScope } from './roles.ts';

/** Ends an invitation that nobody has used. Again: nothing happens. */
export async function revokeInvitation(ctx: Context, { id }: { id: string }): Promise<void> {
  requireScope(ctx.actor, 'platform:admin');

  await ctx.db.transaction().execute(async (tx) => {
    const invitation = await tx
      .selectFrom('invitations')
      .select(['role', 'email', 'accepted_at', 'revoked_at'])
      .where('org_id', '=', ctx.orgId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!invitation) throw new NexusError('not-found', 'There is no such invitation.');
    if (invitation.accepted_at)
      throw new NexusError('conflict', 'This invitation was used. Remove the member instead.');
    if (invitation.revoked_at) return;

    await tx
      .updateTable('invitations')
      .set({ revoked_at: ctx.now() })
      .where('org_id', '=', ctx.orgId)
      .where('id', '=', id)
      .execute();
    await recordAct(tx, ctx, {
      action: 'platform.revoke-invitation',
      subjectKind: 'invitation',
      subjectId: id,
      details: { role: invitation.role, email: invitation.email },
    });
  });
}
