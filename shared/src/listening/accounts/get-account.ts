import { type Context, requireScope } from '../../platform/index.ts';
import type { Account } from './account-contracts.ts';
import { ACCOUNT_COLUMNS, noSuchAccount, readAccounts } from './account-rows.ts';

export async function getAccount(ctx: Context, { id }: { id: string }): Promise<Account> {
  requireScope(ctx.actor, 'listening:read');

  return ctx.db.transaction().execute(async (tx) => {
    const rows = await tx
      .selectFrom('accounts')
      .select(ACCOUNT_COLUMNS)
      .where('org_id', '=', ctx.orgId)
      .where('id', '=', id)
      .execute();
    const [account] = await readAccounts(tx, ctx.orgId, rows, ctx.now());
    if (!account) throw noSuchAccount();
    return account;
  });
}
