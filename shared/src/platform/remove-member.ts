import { readMember, requireRightOver } from './change-member.ts';
import type { Context } from './context.ts';
import { recordAct } from './record-act.ts';
import { requireScope } from './roles.ts';

/** Removes a member, with their keys and open invitations; a signed-in person may remove themselves. The last owner stays. */
export async function removeMember(ctx: Context, { userId }: { userId: string }): Promise<void> {
  const leaves = ctx.actor.kind === 'user' && ctx.actor.userId === userId;
  if (!leaves) requireScope(ctx.actor, 'platform:admin');

  await ctx.db.transaction().execute(async (tx) => {
    const member = await readMember(tx, ctx.orgId, userId);
    if (!leaves) requireRightOver(ctx, member.role);
    // First, because whoever leaves may not write afterwards.
    await recordAct(tx, ctx, {
      action: 'platform.remove-member',
      subjectKind: 'member',
      subjectId: userId,
      details: { email: member.email, role: member.role },
    });
    await tx.deleteFrom('members').where('org_id', '=', ctx.orgId).where('user_id', '=', userId).execute();
  });
}
