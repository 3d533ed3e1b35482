import { afterAll, beforeAll, expect, test } from 'bun:test';
import { kyselyOnPostgres, type NativePostgres, nativePostgres } from '@nexus/embedded/testing';
import type { DB } from '@nexus/shared/platform';
import type { Kysely } from 'kysely';
import { isLeased } from '../../../src/listening/accounts/account-pool.ts';
import { poolFixture } from './pool-fixture.ts';

const [WORKERS, CLAIMS, ACCOUNTS] = [8, 1000, 5];

let postgres: NativePostgres;
let kysely: Kysely<DB>;
beforeAll(async () => {
  postgres = await nativePostgres();
  kysely = kyselyOnPostgres<DB>(postgres.url, WORKERS);
}, 60_000);
afterAll(async () => {
  await kysely.destroy();
  await postgres.stop();
});

test('1,000 claims by 8 workers: no account is held twice at once, and each use is counted', async () => {
  const { pool, orgId } = await poolFixture(kysely, ACCOUNTS, { dailyCap: 100_000 });
  const held = new Set<string>();
  const doubles: string[] = [];
  let claims = 0;

  const work = async (worker: number) => {
    while (claims < CLAIMS) {
      const account = await pool(`worker ${worker}`).claim('search');
      // More workers than accounts: now and then there is none.
      if (!isLeased(account)) continue;
      claims++;
      if (held.has(account.id)) doubles.push(account.id);
      held.add(account.id);
      // Another worker's turn, while this one holds it.
      await kysely.selectNoFrom((eb) => eb.val(worker).as('worker')).execute();
      held.delete(account.id);
      await pool(`worker ${worker}`).release(account);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));

  const rows = await kysely
    .selectFrom('accounts')
    .select(['used_today', 'lease'])
    .where('org_id', '=', orgId)
    .execute();
  expect(doubles).toEqual([]);
  expect(rows.reduce((sum, { used_today }) => sum + used_today, 0)).toBe(claims);
  expect(rows.map(({ lease }) => lease)).toEqual(Array.from({ length: ACCOUNTS }, () => null));
}, 60_000);

test('a daily cap is not overrun by workers that claim at once', async () => {
  const { pool, orgId } = await poolFixture(kysely, 2, { dailyCap: 7 });

  const work = async (worker: number) => {
    for (let attempt = 0; attempt < 12; attempt++) {
      const account = await pool(`worker ${worker}`).claim('search');
      if (!isLeased(account)) continue;
      await pool(`worker ${worker}`).renew(account);
      await pool(`worker ${worker}`).release(account);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));

  const rows = await kysely.selectFrom('accounts').select('used_today').where('org_id', '=', orgId).execute();
  expect(Math.max(...rows.map(({ used_today }) => used_today))).toBeLessThanOrEqual(7);
}, 60_000);
