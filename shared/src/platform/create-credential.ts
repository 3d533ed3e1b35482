import type { Context } from './context.ts';
import type { Credential, NewCredential } from './contracts.ts';
import { readSchemas } from './credential-schemas.ts';
import type { Tx } from './database.ts';
import { CREDENTIAL_COLUMNS, toCredential } from './list-credentials.ts';
import { credentialContext } from './open-connections.ts';
import { recordAct } from './record-act.ts';
import { requireScope } from './roles.ts';

/** What other capabilities do in the same transaction, such as going on with items that waited for this connection. */
export type AfterCredentialChange = (tx: Tx, credential: { kind: string }) => Promise<unknown>;

/** Stores a connection after the ones of its kind. Settings and secret must fit the schemas of its catalogue entry. */
export async function createCredential(
  ctx: Context,
  input: NewCredential,
  after?: AfterCredentialChange,
): Promise<Credential> {
  requireScope(ctx.actor, 'platform:admin');

  return ctx.db.transaction().execute(async (tx) => {
    const schemas = await readSchemas(tx, input.kind, input.adapter);
    const settings = schemas.settings(input.settings);
    const secret = schemas.secret(input.secret);

    const { id } = await tx
      .insertInto('credentials')
      .values({
        org_id: ctx.orgId,
        kind: input.kind,
        adapter: input.adapter,
        label: input.label,
        settings: JSON.stringify(settings),
        position: await nextPosition(tx, ctx.orgId, input.kind),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const row = await tx
      .updateTable('credentials')
      .set(await sealSecret(ctx, id, secret))
      .where('id', '=', id)
      .returning(CREDENTIAL_COLUMNS)
      .executeTakeFirstOrThrow();

    await recordAct(tx, ctx, {
      action: 'platform.create-credential',
      subjectKind: 'credential',
      subjectId: id,
      details: { kind: input.kind, adapter: input.adapter, label: input.label },
    });
    await after?.(tx, row);
    return toCredential(row);
  });
}

/** The two columns of a secret; both null when there is nothing secret. */
export async function sealSecret(ctx: Context, id: string, secret: Record<string, unknown>) {
  if (Object.keys(secret).length === 0) return { ciphertext: null, key_id: null };
  const { ciphertext, keyId } = await ctx.vault.seal(JSON.stringify(secret), credentialContext(ctx.orgId, id));
  return { ciphertext, key_id: keyId };
}

async function nextPosition(tx: Tx, orgId: string, kind: string): Promise<number> {
  const { last } = await tx
    .selectFrom('credentials')
    .select((eb) => eb.fn.max('position').as('last'))
    .where('org_id', '=', orgId)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  return last === null ? 0 : last + 1;
}
