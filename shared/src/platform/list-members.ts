import type { Context } from './context.ts';
import type { Member } from './contracts.ts';
import { OrgRole, requireScope } from './roles.ts';

/** Everyone in the organisation, who joined first first. */
export async function listMembers(ctx: Context): Promise<Member[]> {
  requireScope(ctx.actor, 'platform:read');
  const rows = await ctx.db
    .transaction()
    .execute((tx) =>
      tx
        .selectFrom('members')
        .select(['user_id', 'email', 'display_name', 'role', 'created_at'])
        .where('org_id', '=', ctx.orgId)
        .orderBy('created_at')
        .orderBy('user_id')
        .execute(),
    );
  return rows.map((row) => ({
    userId: row.user_id,
    email: row.email,
    displayName: row.display_name,
    role: OrgRole.parse(row.role),
    createdAt: row.created_at.toISOString(),
  }));
}
