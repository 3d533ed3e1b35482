import { sha256 } from './bytes.ts';
import { requireRightOver } from './change-member.ts';
import type { Context } from './context.ts';
import type { MadeInvitation, NewInvitation } from './contracts.ts';
import { NexusError } from './errors.ts';
import { recordAct } from './record-act.ts';
import { requireScope } from './roles.ts';
import { makeInvitationToken } from './secrets.ts';

const DAY_MS = 86_400_000;

/** Makes a link that lets one person join. The token is in this answer alone; its SHA-256 is stored. */
export async function createInvitation(
  ctx: Context,
  { role, email, expiresInDays }: NewInvitation,
): Promise<MadeInvitation> {
  requireScope(ctx.actor, 'platform:admin');
  requireRightOver(ctx, role);
  const createdBy = ctx.actor.userId;
  if (createdBy === null) throw new NexusError('forbidden', 'Invitations are made by people.');

  const token = makeInvitationToken();
  const expiresAt = new Date(ctx.now().getTime() + expiresInDays * DAY_MS);
  const hash = await sha256(token);
  const { id } = await ctx.db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('invitations')
      .values({
        org_id: ctx.orgId,
        role,
        email: email ?? null,
        token_hash: hash,
        created_by: createdBy,
        expires_at: expiresAt,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await recordAct(tx, ctx, {
      action: 'platform.create-invitation',
      subjectKind: 'invitation',
      subjectId: row.id,
      details: { role, email: email ?? null },
    });
    return row;
  });
  return { id, token, path: `/invite/${token}`, role, email: email ?? null, expiresAt: expiresAt.toISOString() };
}
