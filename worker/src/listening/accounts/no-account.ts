import { type AccountNetwork, dayOf } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import type { NoAccount } from './account-pool.ts';

/** An account in use is released when its page is read, long before its lease ends. */
const IN_USE_SECONDS = 10;
const DAY_MS = 86_400_000;

/** Why one account cannot be used now. `until` null: a person has to do something. */
export interface Hindrance {
  kind: 'cooling' | 'in-use' | 'done-today' | 'needs-cookies' | 'suspect' | 'banned' | 'paused';
  until: Date | null;
}

interface Asked {
  orgId: string;
  network: AccountNetwork;
  operation: string;
  now: Date;
}

/** One for each account of the organisation. */
export async function readHindrances(tx: Tx, { orgId, network, operation, now }: Asked): Promise<Hindrance[]> {
  const rows = await tx
    .selectFrom('accounts')
    .leftJoin('account_locks', (join) =>
      join
        .onRef('account_locks.account_id', '=', 'accounts.id')
        .on('account_locks.operation', '=', operation)
        .on('account_locks.locked_until', '>', now),
    )
    .select(['is_enabled', 'state', 'used_today', 'used_since', 'daily_cap', 'leased_until', 'locked_until'])
    .where('accounts.org_id', '=', orgId)
    .where('network', '=', network)
    .execute();

  return rows.map((row): Hindrance => {
    if (!row.is_enabled) return { kind: 'paused', until: null };
    if (row.state !== 'active') return { kind: row.state as Hindrance['kind'], until: null };
    const today = dayOf(now);
    if (row.used_since !== null && row.used_since >= today && row.used_today >= row.daily_cap) {
      return { kind: 'done-today', until: new Date(today.getTime() + DAY_MS) };
    }
    if (row.locked_until !== null) return { kind: 'cooling', until: row.locked_until };
    // Free by now: another claim was at it for a moment.
    const leasedUntil = row.leased_until?.getTime() ?? 0;
    return {
      kind: 'in-use',
      until: new Date(Math.min(Math.max(leasedUntil, now.getTime() + 1000), now.getTime() + IN_USE_SECONDS * 1000)),
    };
  });
}

const WORDS: Record<Exclude<Hindrance['kind'], 'cooling'>, (count: number) => string> = {
  'in-use': (count) => `${count} ${count === 1 ? 'is' : 'are'} in use`,
  'done-today': (count) =>
    `${count} ${count === 1 ? 'has' : 'have'} done the work of the day (the cap begins anew at 00:00 UTC)`,
  'needs-cookies': (count) => `${count} ${count === 1 ? 'needs' : 'need'} cookies`,
  suspect: (count) => `${count} suspect`,
  banned: (count) => `${count} banned`,
  paused: (count) => `${count} paused`,
};

/** "3 cool down until 14:05 UTC, 1 needs cookies, 1 banned": why, and the earliest time at which there will be one. */
export function noAccount(hindrances: readonly Hindrance[], now: Date): NoAccount {
  if (hindrances.length === 0) return { until: null, detail: 'No account has been added yet. Add one under Accounts.' };

  const times = hindrances.flatMap(({ until }) => (until === null ? [] : [until.getTime()]));
  const cooling = hindrances.filter(({ kind }) => kind === 'cooling').map(({ until }) => until ?? now);
  const others = Object.entries(WORDS).flatMap(([kind, words]) => {
    const count = hindrances.filter((hindrance) => hindrance.kind === kind).length;
    return count > 0 ? [words(count)] : [];
  });
  return {
    until: times.length > 0 ? new Date(Math.min(...times)) : null,
    detail: `No account is free: ${[...coolingWords(cooling, now), ...others].join(', ')}.`,
  };
}

function coolingWords(untils: readonly Date[], now: Date): string[] {
  if (untils.length === 0) return [];
  const first = timeOf(new Date(Math.min(...untils.map((until) => until.getTime()))), now);
  const isOne = untils.every((until) => timeOf(until, now) === first);
  const verb = untils.length === 1 ? 'cools' : 'cool';
  return [`${untils.length} ${verb} down${isOne ? '' : ', the first'} until ${first}`];
}

/** With the date only where it is another day. */
function timeOf(date: Date, now: Date): string {
  const [day = '', time = ''] = date.toISOString().split('T');
  const clock = `${time.slice(0, 5)} UTC`;
  return dayOf(date).getTime() === dayOf(now).getTime() ? clock : `${day} ${clock}`;
}
