import { type Context, recordAct, requireScope } from '../../platform/index.ts';
import { noSuchAccount } from './account-rows.ts';

/** Forgets an account and its cookies. Who works with it learns so before the next request. */
export async function deleteAccount(ctx: Context, { id }: { id: string }): Promise<void> {
  requireScope(ctx.actor, 'platform:admin');

  await ctx.db.transaction().execute(async (tx) => {
    const row = await tx
      .deleteFrom('accounts')
      .where('org_id', '=', ctx.orgId)
      .where('id', '=', id)
      .returning(['network', 'label'])
      .executeTakeFirst();
    if (!row) throw noSuchAccount();
    await recordAct(tx, ctx, {
      action: 'listening.delete-account',
      subjectKind: 'account',
      subjectId: id,
      details: row,
    });
  });
}
