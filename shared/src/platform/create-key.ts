import { sha256 } from './bytes.ts';
import type { Context } from './context.ts';
import type { MadeKey, NewKey } from './contracts.ts';
import { NexusError } from './errors.ts';
import { KEY_COLUMNS, toApiKey } from './list-keys.ts';
import { recordAct } from './record-act.ts';
import { requireScope } from './roles.ts';
import { makeApiKey } from './secrets.ts';

/**
 * Makes a key that acts for its maker. Its scopes are at most the maker's now, and at use at most what the maker's role then
 * allows. The key is in this answer alone; its SHA-256 is stored. A key makes keys only with `platform:admin`.
 */
export async function createKey(ctx: Context, { name, scopes, expiresAt }: NewKey): Promise<MadeKey> {
  if (ctx.actor.kind !== 'user') requireScope(ctx.actor, 'platform:admin');
  const createdBy = ctx.actor.userId;
  if (createdBy === null) throw new NexusError('forbidden', 'Keys are made by people.');
  const wanted = [...new Set(scopes)];
  for (const scope of wanted) requireScope(ctx.actor, scope);
  const expires = expiresAt === undefined ? null : new Date(expiresAt);
  if (expires && expires <= ctx.now()) {
    const detail = 'The time of expiry has passed.';
    throw new NexusError('invalid-input', detail, { fields: { expiresAt: [detail] } });
  }

  const { key, prefix } = makeApiKey();
  const hash = await sha256(key);
  return ctx.db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('api_keys')
      .values({ org_id: ctx.orgId, name, prefix, hash, scopes: wanted, created_by: createdBy, expires_at: expires })
      .returning(KEY_COLUMNS)
      .executeTakeFirstOrThrow();
    await recordAct(tx, ctx, {
      action: 'platform.create-key',
      subjectKind: 'key',
      subjectId: row.id,
      details: { name, prefix, scopes: wanted },
    });
    return { ...toApiKey(row), key };
  });
}
