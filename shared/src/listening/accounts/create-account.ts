import { type Context, NexusError, recordAct, requireScope, type Tx } from '../../platform/index.ts';
import type { Account, NewAccount } from './account-contracts.ts';
import { ACCOUNT_COLUMNS, readAccounts } from './account-rows.ts';
import { sealCookies, sealProxy, shownExternalId } from './account-secrets.ts';

/** Adds a signed-in account to the pool. Throws `conflict` when it is there already. */
export async function createAccount(ctx: Context, input: NewAccount): Promise<Account> {
  requireScope(ctx.actor, 'platform:admin');
  const id = crypto.randomUUID();
  const sealed = { ...(await sealCookies(ctx, id, input.cookies)), ...(await sealProxy(ctx, id, input.proxy ?? null)) };

  return ctx.db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('accounts')
      .values({
        id,
        org_id: ctx.orgId,
        network: input.network,
        label: input.label ?? labelOf(sealed.external_id),
        daily_cap: input.dailyCap,
        created_by: ctx.actor.userId,
        created_at: ctx.now(),
        ...sealed,
      })
      .onConflict((conflict) => conflict.columns(['org_id', 'network', 'external_id']).doNothing())
      .returning(ACCOUNT_COLUMNS)
      .executeTakeFirst();
    if (!row) throw await alreadyThere(tx, ctx.orgId, input.network, sealed.external_id);

    await recordAct(tx, ctx, {
      action: 'listening.create-account',
      subjectKind: 'account',
      subjectId: id,
      details: { network: input.network, label: row.label, proxy: row.proxy },
    });
    const [account] = await readAccounts(tx, ctx.orgId, [row], ctx.now());
    return account!;
  });
}

async function alreadyThere(tx: Tx, orgId: string, network: string, externalId: string): Promise<NexusError> {
  const there = await tx
    .selectFrom('accounts')
    .select('label')
    .where('org_id', '=', orgId)
    .where('network', '=', network)
    .where('external_id', '=', externalId)
    .executeTakeFirst();
  const name = there ? ` as “${there.label}”` : '';
  return new NexusError('conflict', `This account is here already${name}. To renew its cookies, paste them there.`);
}

function labelOf(externalId: string): string {
  const number = shownExternalId(externalId);
  return number === null ? 'X account' : `X account ${number}`;
}
