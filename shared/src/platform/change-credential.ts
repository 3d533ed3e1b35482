import type { Updateable } from 'kysely';
import type { Context } from './context.ts';
import type { Credential, CredentialChange } from './contracts.ts';
import { type AfterCredentialChange, sealSecret } from './create-credential.ts';
import { readSchemas } from './credential-schemas.ts';
import type { DB } from './database.ts';
import { NexusError } from './errors.ts';
import { CREDENTIAL_COLUMNS, toCredential } from './list-credentials.ts';
import { recordAct } from './record-act.ts';
import { requireScope } from './roles.ts';

/** Changes what is given and keeps the rest; `settings` and `secret` are replaced as a whole. */
export async function changeCredential(
  ctx: Context,
  { id, ...change }: CredentialChange & { id: string },
  after?: AfterCredentialChange,
): Promise<Credential> {
  requireScope(ctx.actor, 'platform:admin');

  return ctx.db.transaction().execute(async (tx) => {
    const stored = await tx
      .selectFrom('credentials')
      .select(CREDENTIAL_COLUMNS)
      .where('org_id', '=', ctx.orgId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!stored) throw new NexusError('not-found', 'There is no such connection.');

    const values: Updateable<DB['credentials']> = {};
    if (change.label !== undefined) values.label = change.label;
    if (change.position !== undefined) values.position = change.position;
    if (change.enabled !== undefined) values.enabled = change.enabled;
    if (change.settings || change.secret) {
      const schemas = await readSchemas(tx, stored.kind, stored.adapter);
      if (change.settings) values.settings = JSON.stringify(schemas.settings(change.settings));
      if (change.secret) Object.assign(values, await sealSecret(ctx, id, schemas.secret(change.secret)));
    }
    if (Object.keys(values).length === 0) return toCredential(stored);

    const row = await tx
      .updateTable('credentials')
      .set(values)
      .where('id', '=', id)
      .returning(CREDENTIAL_COLUMNS)
      .executeTakeFirstOrThrow();
    await recordAct(tx, ctx, {
      action: 'platform.change-credential',
      subjectKind: 'credential',
      subjectId: id,
      details: { label: row.label, changed: Object.keys(change) },
    });
    await after?.(tx, row);
    return toCredential(row);
  });
}
