import { type Context, recordAct, requireScope } from '../../platform/index.ts';
import type { Account } from './account-contracts.ts';
import { lockAccount, readAccounts } from './account-rows.ts';
import { ACTIVE_AGAIN, storeChange } from './change-account.ts';

/** Gives an account another chance with the cookies it has. Cooling goes on: the network's own clock ends it. */
export async function resetAccount(ctx: Context, { id }: { id: string }): Promise<Account> {
  requireScope(ctx.actor, 'platform:admin');

  return ctx.db.transaction().execute(async (tx) => {
    const stored = await lockAccount(tx, ctx.orgId, id);
    const row = stored.state === 'active' ? stored : await storeChange(tx, ctx, stored, ACTIVE_AGAIN);
    if (row !== stored) {
      await recordAct(tx, ctx, {
        action: 'listening.reset-account',
        subjectKind: 'account',
        subjectId: id,
        details: { label: row.label, was: stored.state },
      });
    }
    const [account] = await readAccounts(tx, ctx.orgId, [row], ctx.now());
    return account!;
  });
}
