import type { Context } from './context.ts';
import { NexusError } from './errors.ts';
import { recordAct } from './record-act.ts';
import { requireScope } from './roles.ts';

/** Ends a key at once: one's own, or as an admin anybody's. Again: nothing happens. */
export async function revokeKey(ctx: Context, { id }: { id: string }): Promise<void> {
  if (ctx.actor.kind !== 'user') requireScope(ctx.actor, 'platform:admin');

  await ctx.db.transaction().execute(async (tx) => {
    const key = await tx
      .selectFrom('api_keys')
      .select(['name', 'prefix', 'revoked_at'])
      .where('org_id', '=', ctx.orgId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!key) throw new NexusError('not-found', 'There is no such key.');
    if (key.revoked_at) return;

    await tx
      .updateTable('api_keys')
      .set({ revoked_at: ctx.now() })
      .where('org_id', '=', ctx.orgId)
      .where('id', '=', id)
      .execute();
    await recordAct(tx, ctx, {
      action: 'platform.revoke-key',
      subjectKind: 'key',
      subjectId: id,
      details: { name: key.name, prefix: key.prefix },
    });
  });
}
