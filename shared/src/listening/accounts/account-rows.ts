import type { Selectable } from 'kysely';
import { type DB, NexusError, type Tx } from '../../platform/index.ts';
import { Account, type AccountState } from './account-contracts.ts';
import { shownExternalId } from './account-secrets.ts';

/** All that may be read of an account; the ciphertexts are granted to the service alone. */
export const ACCOUNT_COLUMNS = [
  'id',
  'network',
  'label',
  'external_id',
  'proxy',
  'daily_cap',
  'used_today',
  'used_since',
  'is_enabled',
  'state',
  'problem',
  'problem_at',
  'leased_by',
  'leased_until',
  'last_used_at',
  'created_at',
] as const;

export type AccountRow = Pick<Selectable<DB['accounts']>, (typeof ACCOUNT_COLUMNS)[number]>;
export type LockRow = Pick<Selectable<DB['account_locks']>, 'account_id' | 'operation' | 'locked_until' | 'reason'>;

/** Rows as their users see them, in the order given. */
export async function readAccounts(tx: Tx, orgId: string, rows: readonly AccountRow[], now: Date): Promise<Account[]> {
  if (rows.length === 0) return [];
  const locks = await tx
    .selectFrom('account_locks')
    .select(['account_id', 'operation', 'locked_until', 'reason'])
    .where('org_id', '=', orgId)
    .where(
      'account_id',
      'in',
      rows.map(({ id }) => id),
    )
    .where('locked_until', '>', now)
    .orderBy('locked_until')
    .execute();
  return rows.map((row) =>
    toAccount(
      row,
      locks.filter(({ account_id }) => account_id === row.id),
      now,
    ),
  );
}

/** One account, locked against others who change it. Throws `not-found`. */
export async function lockAccount(tx: Tx, orgId: string, id: string): Promise<AccountRow> {
  const row = await tx
    .selectFrom('accounts')
    .select(ACCOUNT_COLUMNS)
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw noSuchAccount();
  return row;
}

export function noSuchAccount(): NexusError {
  return new NexusError('not-found', 'There is no such account.');
}

/** Midnight of UTC: daily caps begin anew. */
export function dayOf(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
}

function toAccount(row: AccountRow, locks: readonly LockRow[], now: Date): Account {
  const isInUse = row.leased_until !== null && row.leased_until > now;
  return Account.parse({
    id: row.id,
    network: row.network,
    label: row.label,
    externalId: shownExternalId(row.external_id),
    proxy: row.proxy,
    dailyCap: row.daily_cap,
    usedToday: row.used_since !== null && row.used_since >= dayOf(now) ? row.used_today : 0,
    enabled: row.is_enabled,
    state: stateOf(row, locks),
    problem: row.problem === null ? null : { ...(row.problem as object), at: row.problem_at?.toISOString() ?? null },
    cooling: locks.map(({ operation, locked_until, reason }) => ({
      operation,
      until: locked_until.toISOString(),
      reason,
    })),
    inUse: isInUse ? { by: row.leased_by ?? '', until: row.leased_until?.toISOString() } : null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  });
}

function stateOf(row: AccountRow, locks: readonly LockRow[]): AccountState {
  if (!row.is_enabled) return 'paused';
  if (row.state !== 'active') return row.state as AccountState;
  return locks.length > 0 ? 'cooling' : 'active';
}
