import type { Context } from './context.ts';
import type { Invitation } from './contracts.ts';
import { OrgRole, requireScope } from './roles.ts';

/** The newest 200, used and expired ones too. */
export async function listInvitations(ctx: Context): Promise<Invitation[]> {
  requireScope(ctx.actor, 'platform:admin');
  const rows = await ctx.db
    .transaction()
    .execute((tx) =>
      tx
        .selectFrom('invitations')
        .select(['id', 'role', 'email', 'created_at', 'expires_at', 'accepted_at', 'revoked_at'])
        .where('org_id', '=', ctx.orgId)
        .orderBy('created_at', 'desc')
        .limit(200)
        .execute(),
    );
  return rows.map((row) => ({
    id: row.id,
    role: OrgRole.parse(row.role),
    email: row.email,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    acceptedAt: row.accepted_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }));
}
