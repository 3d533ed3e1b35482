import { type AccountNetwork, dayOf, openAccount } from '@nexus/shared/listening';
import { type Database, isProblem, type Tx, type Vault } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { AccountPool, LeasedAccount, NoAccount } from './account-pool.ts';
import { noAccount, readHindrances } from './no-account.ts';

/** As long as the slowest page may take with its retries; a killed worker's accounts are free after it. */
const LEASE_SECONDS = 120;
/** Accounts used within this time of each other take turns by chance: a fixed order is a pattern to be seen from outside. */
const JITTER_SECONDS = 30;

export interface AccountPoolOptions {
  db: Database;
  vault: Vault;
  orgId: string;
  network: AccountNetwork;
  /** Who holds what is claimed, in words for those who look at the account. */
  holder: string;
  now: () => Date;
}

interface ClaimedRow {
  id: string;
  org_id: string;
  label: string;
  ciphertext: string;
  key_id: string;
  proxy_ciphertext: string | null;
  proxy_key_id: string | null;
  lease: string;
}

/** The pool in the table `accounts`. Each call is a transaction of its own. */
export function createAccountPool({ db, vault, orgId, network, holder, now }: AccountPoolOptions): AccountPool {
  const inTx = <Result>(work: (tx: Tx) => Promise<Result>) => db.transaction().execute(work);

  /** One statement: what is locked by another claim is passed over, so nobody waits and nobody doubles. */
  const take = async (tx: Tx, operation: string): Promise<ClaimedRow | undefined> => {
    const at = now();
    const { rows } = await sql<ClaimedRow>`
      update public.accounts as account
      set lease = gen_random_uuid(), leased_by = ${holder}, leased_until = ${leaseEnd(at)}::timestamptz,
        last_used_at = ${at}::timestamptz, used_since = ${dayOf(at)}::timestamptz,
        used_today = case when used_since >= ${dayOf(at)}::timestamptz then used_today else 0 end + 1
      where account.id = (
        select free.id from public.accounts as free
        where free.org_id = ${orgId} and free.network = ${network} and free.is_enabled and free.state = 'active'
          and (free.leased_until is null or free.leased_until <= ${at}::timestamptz)
          and (free.used_since is null or free.used_since < ${dayOf(at)}::timestamptz or free.used_today < free.daily_cap)
          and not exists (
            select from public.account_locks as cooling
            where cooling.account_id = free.id and cooling.operation = ${operation} and cooling.locked_until > ${at}::timestamptz
          )
        order by coalesce(free.last_used_at, '-infinity') + random() * make_interval(secs => ${JITTER_SECONDS}), random()
        limit 1
        for update skip locked
      )
      returning id, org_id, label, ciphertext, key_id, proxy_ciphertext, proxy_key_id, lease`.execute(tx);
    return rows[0];
  };

  const retire: AccountPool['retire'] = async ({ id, lease }, state, detail) => {
    await inTx((tx) =>
      tx
        .updateTable('accounts')
        .set({ state, problem: JSON.stringify({ code: state, detail }), problem_at: now(), ...FREE })
        .where('org_id', '=', orgId)
        .where('id', '=', id)
        // Whoever lost it speaks of cookies that may be replaced by now.
        .where('lease', '=', lease)
        .execute(),
    );
  };

  const claim = async (operation: string): Promise<LeasedAccount | NoAccount> => {
    for (;;) {
      const row = await inTx((tx) => take(tx, operation));
      if (!row)
        return noAccount(await inTx((tx) => readHindrances(tx, { orgId, network, operation, now: now() })), now());
      try {
        const { cookies, proxy } = await openAccount(vault, row);
        return { id: row.id, label: row.label, cookies, proxy, lease: row.lease };
      } catch (error) {
        if (!isProblem(error, 'not-configured')) throw error;
        await retire({ ...row, cookies: {}, proxy: null }, 'needs-cookies', `${error.detail} Paste its cookies again.`);
      }
    }
  };

  return {
    claim,
    retire,

    async renew({ id, lease }) {
      const at = now();
      const { rows } = await inTx((tx) =>
        sql`
          update public.accounts
          set leased_until = ${leaseEnd(at)}::timestamptz, last_used_at = ${at}::timestamptz, used_since = ${dayOf(at)}::timestamptz,
            used_today = case when used_since >= ${dayOf(at)}::timestamptz then used_today else 0 end + 1
          where org_id = ${orgId} and id = ${id} and lease = ${lease} and is_enabled and state = 'active'
            and (used_since < ${dayOf(at)}::timestamptz or used_today < daily_cap)
          returning id`.execute(tx),
      );
      return rows.length === 1;
    },

    async release({ id, lease }) {
      await inTx((tx) =>
        tx
          .updateTable('accounts')
          .set(FREE)
          .where('org_id', '=', orgId)
          .where('id', '=', id)
          .where('lease', '=', lease)
          .execute(),
      );
    },

    async cool({ id }, operation, until, reason) {
      // Nothing happens for an account that was deleted meanwhile.
      await inTx((tx) =>
        sql`
          insert into public.account_locks (account_id, operation, org_id, locked_until, reason)
          select id, ${operation}, org_id, ${until}::timestamptz, ${reason} from public.accounts where org_id = ${orgId} and id = ${id}
          on conflict (account_id, operation) do update set locked_until = excluded.locked_until, reason = excluded.reason`.execute(
          tx,
        ),
      );
    },
  };
}

const FREE = { lease: null, leased_by: null, leased_until: null };

function leaseEnd(at: Date): Date {
  return new Date(at.getTime() + LEASE_SECONDS * 1000);
}
