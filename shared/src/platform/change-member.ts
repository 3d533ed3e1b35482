import type { Context } from './context.ts';
import type { Member, MemberChange } from './contracts.ts';
import type { Tx } from './database.ts';
import { NexusError } from './errors.ts';
import { recordAct } from './record-act.ts';
import { OrgRole, requireScope } from './roles.ts';

/** Gives a member another role. Only owners make or change owners; the last one stays (`conflict`). */
export async function changeMember(ctx: Context, { userId, role }: MemberChange & { userId: string }): Promise<Member> {
  requireScope(ctx.actor, 'platform:admin');

  return ctx.db.transaction().execute(async (tx) => {
    const member = await readMember(tx, ctx.orgId, userId);
    requireRightOver(ctx, member.role, role);
    await tx
      .updateTable('members')
      .set({ role })
      .where('org_id', '=', ctx.orgId)
      .where('user_id', '=', userId)
      .execute();
    await recordAct(tx, ctx, {
      action: 'platform.change-member',
      subjectKind: 'member',
      subjectId: userId,
      details: { email: member.email, from: member.role, to: role },
    });
    return { ...member, role };
  });
}

/** Throws `not-found` for somebody who is not in this organisation. */
export async function readMember(tx: Tx, orgId: string, userId: string): Promise<Member> {
  const row = await tx
    .selectFrom('members')
    .select(['user_id', 'email', 'display_name', 'role', 'created_at'])
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'This person does not belong to the organisation.');
  return {
    userId: row.user_id,
    email: row.email,
    displayName: row.display_name,
    role: OrgRole.parse(row.role),
    createdAt: row.created_at.toISOString(),
  };
}

/** The policies say the same; they would answer with "no row changed", which says nothing to anybody. */
export function requireRightOver(ctx: Context, ...roles: OrgRole[]): void {
  if (ctx.actor.role === 'owner' || ctx.actor.role === 'system' || !roles.includes('owner')) return;
  throw new NexusError('forbidden', 'Only an owner can make, change or remove owners.');
}
