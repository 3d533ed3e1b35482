/** Claims of signed-in accounts by eight workers at once on a native Postgres: how fast, and none held twice. */
import { kyselyOnPostgres, nativePostgres } from '@nexus/embedded/testing';
import type { DB } from '@nexus/shared/platform';
import { isLeased } from '../../worker/src/listening/accounts/account-pool.ts';
import { poolFixture } from '../../worker/test/listening/accounts/pool-fixture.ts';
import { type Figure, percentile } from './figure.ts';
import { figure } from './part.ts';

const [WORKERS, ACCOUNTS, CLAIMS] = [8, 20, 1000];

export async function measureAccountPool(): Promise<readonly Figure[]> {
  const postgres = await nativePostgres();
  const kysely = kyselyOnPostgres<DB>(postgres.url, WORKERS);
  try {
    const { pool } = await poolFixture(kysely, ACCOUNTS, { dailyCap: 100_000 });
    const held = new Set<string>();
    const times: number[] = [];
    let [doubles, empty] = [0, 0];

    const work = async (worker: number) => {
      const mine = pool(`worker ${worker}`);
      while (times.length < CLAIMS) {
        const startedAt = performance.now();
        const account = await mine.claim('search');
        if (!isLeased(account)) {
          empty++;
          continue;
        }
        times.push(performance.now() - startedAt);
        if (held.has(account.id)) doubles++;
        held.add(account.id);
        await mine.renew(account);
        held.delete(account.id);
        await mine.release(account);
      }
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));
    const seconds = (performance.now() - startedAt) / 1000;

    const note = `${WORKERS} workers take turns with ${ACCOUNTS} accounts on native Postgres 17: claim, one renewal, release; ${empty} times none was free`;
    return [
      figure('account-claims-doubled', doubles, 'accounts', times.length, `held by two at once; ${note}`, 0),
      figure('account-claims-per-second', times.length / seconds, 'claims/s', times.length, note, 0),
      figure('account-claim-p95', percentile(times, 0.95), 'ms', times.length, `cookies opened; ${note}`),
    ];
  } finally {
    await kysely.destroy();
    await postgres.stop();
  }
}
