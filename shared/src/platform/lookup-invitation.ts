import { sql } from 'kysely';
import { sha256 } from './bytes.ts';
import type { InvitationPreview } from './contracts.ts';
import type { Database } from './database.ts';
import { NexusError } from './errors.ts';
import { OrgRole } from './roles.ts';

/** What an invitation says to whoever holds its link. `db` runs as `service_role`: the reader is not signed in yet. */
export async function lookupInvitation(db: Database, token: string): Promise<InvitationPreview> {
  const hash = await sha256(token);
  const { rows } = await db.transaction().execute((tx) =>
    sql<{ org_name: string; role: string; email: string | null }>`
      select org_name, role, email from private.read_invitation(${hash})`.execute(tx),
  );
  const [row] = rows;
  if (!row)
    throw new NexusError('not-found', 'This invitation does not exist, has expired, or was used. Ask for a new one.');
  return { orgName: row.org_name, role: OrgRole.parse(row.role), email: row.email };
}
