import { type Context, requireScope } from '../../platform/index.ts';
import type { Account } from './account-contracts.ts';
import { ACCOUNT_COLUMNS, readAccounts } from './account-rows.ts';

/** All accounts, the first added first. */
export async function listAccounts(ctx: Context): Promise<Account[]> {
  requireScope(ctx.actor, 'listening:read');

  return ctx.db.transaction().execute(async (tx) => {
    const rows = await tx
      .selectFrom('accounts')
      .select(ACCOUNT_COLUMNS)
      .where('org_id', '=', ctx.orgId)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return readAccounts(tx, ctx.orgId, rows, ctx.now());
  });
}
