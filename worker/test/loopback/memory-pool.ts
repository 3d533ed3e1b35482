import type { AccountPool, LeasedAccount, NoAccount } from '../../src/listening/accounts/account-pool.ts';

export interface MemoryAccount {
  id: string;
  cookies?: Record<string, string>;
  proxy?: string;
}

export interface MemoryPool extends AccountPool {
  /** In the order in which they were said. */
  events: string[];
  /** As if all that cools had cooled. */
  warm(): void;
  isLeased(id: string): boolean;
}

/** A pool of accounts in memory, in their order, for one test: the least recently used is next. */
export function memoryPool(accounts: readonly MemoryAccount[], now: () => Date = () => new Date()): MemoryPool {
  const rows = accounts.map(({ id, cookies = { auth_token: id, ct0: `csrf-${id}` }, proxy = null }) => ({
    account: { id, label: id, cookies, proxy, lease: `lease-${id}` } satisfies LeasedAccount,
    isLeased: false,
    isRetired: false,
    usedAt: 0,
    locks: new Map<string, Date>(),
  }));
  const events: string[] = [];
  let turn = 0;
  const rowOf = ({ id }: LeasedAccount) => rows.find(({ account }) => account.id === id)!;

  return {
    events,
    warm: () => rows.forEach(({ locks }) => locks.clear()),
    isLeased: (id) => rows.some((row) => row.account.id === id && row.isLeased),

    async claim(operation) {
      const alive = rows.filter(({ isRetired }) => !isRetired);
      const free = alive.filter((row) => !row.isLeased && (row.locks.get(operation) ?? new Date(0)) <= now());
      const [next] = free.toSorted((a, b) => a.usedAt - b.usedAt);
      if (!next) {
        const times = alive.flatMap(({ locks, isLeased }) => locks.get(operation) ?? (isLeased ? [now()] : []));
        const until = times.length > 0 ? new Date(Math.min(...times.map((time) => time.getTime()))) : null;
        return { until, detail: `${alive.length} of ${rows.length} accounts are left` } satisfies NoAccount;
      }
      next.isLeased = true;
      next.usedAt = ++turn;
      events.push(`claim ${next.account.id}`);
      return next.account;
    },
    renew: async (account) => rowOf(account).isLeased,
    async release(account) {
      rowOf(account).isLeased = false;
    },
    async cool(account, operation, until, reason) {
      rowOf(account).locks.set(operation, until);
      events.push(`cool ${account.id} ${operation} until ${until.toISOString()}: ${reason}`);
    },
    async retire(account, state, detail) {
      rowOf(account).isRetired = true;
      events.push(`${state} ${account.id}: ${detail}`);
    },
  };
}
