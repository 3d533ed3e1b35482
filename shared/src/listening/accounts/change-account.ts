import type { Updateable } from 'kysely';
import { type Context, type DB, NexusError, recordAct, requireScope, type Tx } from '../../platform/index.ts';
import type { Account, AccountChange } from './account-contracts.ts';
import { ACCOUNT_COLUMNS, type AccountRow, lockAccount, readAccounts } from './account-rows.ts';
import { sealCookies, sealProxy, shownExternalId } from './account-secrets.ts';

/** Changes what is given and keeps the rest. New cookies make the account active again; those of another account are refused. */
export async function changeAccount(ctx: Context, { id, ...change }: AccountChange & { id: string }): Promise<Account> {
  requireScope(ctx.actor, 'platform:admin');
  const values: Updateable<DB['accounts']> = {};
  if (change.label !== undefined) values.label = change.label;
  if (change.dailyCap !== undefined) values.daily_cap = change.dailyCap;
  if (change.enabled !== undefined) values.is_enabled = change.enabled;
  if (change.proxy !== undefined) Object.assign(values, await sealProxy(ctx, id, change.proxy));
  // Whoever still works with the old cookies loses the lease: their failure says nothing about the new ones.
  const sealed = change.cookies === undefined ? null : await sealCookies(ctx, id, change.cookies);
  if (sealed) Object.assign(values, sealed, ACTIVE_AGAIN);

  return ctx.db.transaction().execute(async (tx) => {
    const stored = await lockAccount(tx, ctx.orgId, id);
    if (sealed) values.external_id = await sameAccount(tx, ctx.orgId, stored, sealed.external_id);
    const row = await storeChange(tx, ctx, stored, values);
    if (row !== stored) {
      await recordAct(tx, ctx, {
        action: 'listening.change-account',
        subjectKind: 'account',
        subjectId: id,
        details: { label: row.label, changed: Object.keys(change) },
      });
    }
    const [account] = await readAccounts(tx, ctx.orgId, [row], ctx.now());
    return account!;
  });
}

/** Columns of an account that works as far as anybody knows. */
export const ACTIVE_AGAIN = {
  state: 'active',
  problem: null,
  problem_at: null,
  lease: null,
  leased_by: null,
  leased_until: null,
} satisfies Updateable<DB['accounts']>;

export async function storeChange(
  tx: Tx,
  { orgId }: Pick<Context, 'orgId'>,
  stored: AccountRow,
  values: Updateable<DB['accounts']>,
): Promise<AccountRow> {
  if (Object.keys(values).length === 0) return stored;
  return tx
    .updateTable('accounts')
    .set(values)
    .where('org_id', '=', orgId)
    .where('id', '=', stored.id)
    .returning(ACCOUNT_COLUMNS)
    .executeTakeFirstOrThrow();
}

/** A number that was known stays; a fingerprint gives way to a number, or to the newer fingerprint. */
async function sameAccount(tx: Tx, orgId: string, stored: AccountRow, externalId: string): Promise<string> {
  const [known, given] = [shownExternalId(stored.external_id), shownExternalId(externalId)];
  if (known !== null && given !== null && known !== given) {
    throw new NexusError('conflict', 'These cookies are of another account. Add that one beside this one.');
  }
  if (known !== null) return known;
  const other = await tx
    .selectFrom('accounts')
    .select('label')
    .where('org_id', '=', orgId)
    .where('network', '=', stored.network)
    .where('external_id', '=', externalId)
    .where('id', '!=', stored.id)
    .executeTakeFirst();
  if (other) throw new NexusError('conflict', `These cookies are of “${other.label}”, which is here already.`);
  return externalId;
}
