import type { Context } from './context.ts';
import type { AfterCredentialChange } from './create-credential.ts';
import { NexusError } from './errors.ts';
import { recordAct } from './record-act.ts';
import { requireScope } from './roles.ts';

/** Forgets a connection and its secret. */
export async function deleteCredential(
  ctx: Context,
  { id }: { id: string },
  after?: AfterCredentialChange,
): Promise<void> {
  requireScope(ctx.actor, 'platform:admin');

  await ctx.db.transaction().execute(async (tx) => {
    const row = await tx
      .deleteFrom('credentials')
      .where('org_id', '=', ctx.orgId)
      .where('id', '=', id)
      .returning(['kind', 'adapter', 'label'])
      .executeTakeFirst();
    if (!row) throw new NexusError('not-found', 'There is no such connection.');
    await recordAct(tx, ctx, {
      action: 'platform.delete-credential',
      subjectKind: 'credential',
      subjectId: id,
      details: row,
    });
    await after?.(tx, row);
  });
}
