import { sql } from 'kysely';
import { sha256 } from './bytes.ts';
import { actsIn, type Caller } from './caller.ts';
import type { Joined } from './contracts.ts';
import { NexusError } from './errors.ts';
import { recordAct } from './record-act.ts';
import { OrgRole } from './roles.ts';

/** Makes the caller a member. Whoever is one already keeps their role; accepting one's own again gives the same answer. */
export async function acceptInvitation(caller: Caller, { token }: { token: string }): Promise<Joined> {
  const hash = await sha256(token);
  return caller.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ org_id: string; role: string }>`
      select org_id, role from private.accept_invitation(${hash}, ${caller.email})`.execute(tx);
    const [row] = rows;
    if (!row) throw new NexusError('not-found', 'This invitation does not exist.');

    await recordAct(tx, actsIn(caller, row.org_id), {
      action: 'platform.accept-invitation',
      subjectKind: 'member',
      subjectId: caller.userId,
      details: { email: caller.email, role: row.role },
    });
    return { orgId: row.org_id, role: OrgRole.parse(row.role) };
  });
}
