import { afterAll, beforeAll, expect, test } from 'bun:test';
import { kyselyOnPglite, migratedDatabase } from '@nexus/embedded/testing';
import { changeAccount, deleteAccount, getAccount, listAccounts, resetAccount } from '@nexus/shared/listening';
import { createVault, type DB } from '@nexus/shared/platform';
import { type Kysely, sql } from 'kysely';
import { type AccountPool, isLeased, type LeasedAccount } from '../../../src/listening/accounts/account-pool.ts';
import { createAccountPool } from '../../../src/listening/accounts/create-account-pool.ts';
import { cookieText, poolFixture } from './pool-fixture.ts';

let database: Awaited<ReturnType<typeof migratedDatabase>>;
let kysely: Kysely<DB>;
beforeAll(async () => {
  database = await migratedDatabase();
  kysely = kyselyOnPglite<DB>(database);
});
afterAll(() => database.close());

async function claimed(pool: AccountPool, operation = 'search'): Promise<LeasedAccount> {
  const account = await pool.claim(operation);
  if (!isLeased(account)) throw new Error(account.detail);
  return account;
}

test('a claimed account comes with its cookies and proxy, and counts one use', async () => {
  const { pool, ctx } = await poolFixture(kysely, 1, { proxy: 'http://anna:secret@proxy.test:8080' });

  const account = await claimed(pool('run of “Bikes”'));

  expect(account).toMatchObject({
    label: 'account 0',
    cookies: { auth_token: 'token0', ct0: 'csrf0' },
    proxy: 'http://anna:secret@proxy.test:8080',
  });
  expect(await listAccounts(ctx)).toMatchObject([
    {
      usedToday: 1,
      proxy: 'http://proxy.test:8080',
      inUse: { by: 'run of “Bikes”' },
      lastUsedAt: '2026-11-21T14:00:00.000Z',
    },
  ]);
});

test('no account is held twice, and a released one is free at once', async () => {
  const { pool } = await poolFixture(kysely, 2);
  const [first, second] = [await claimed(pool()), await claimed(pool('run 2'))];

  const third = await pool('run 3').claim('search');
  await pool().release(first);
  const again = await claimed(pool('run 3'));

  expect(first.id).not.toBe(second.id);
  expect(third).toMatchObject({
    detail: 'No account is free: 2 are in use.',
    until: new Date('2026-11-21T14:00:10.000Z'),
  });
  expect(again.id).toBe(first.id);
});

test('whoever dies without releasing loses the account when its lease ends, and not while it renews', async () => {
  const { pool, pass } = await poolFixture(kysely, 1);
  const dead = await claimed(pool('run that dies'));
  pass(100);
  const renewed = await pool('run that dies').renew(dead);
  pass(100);
  const tooEarly = await pool('run 2').claim('search');
  pass(21);

  const next = await claimed(pool('run 2'));
  const lateRenewal = await pool('run that dies').renew(dead);
  await pool('run that dies').release(dead);
  const third = await pool('run 3').claim('search');

  expect([renewed, isLeased(tooEarly), lateRenewal, isLeased(third)]).toEqual([true, false, false, false]);
  expect(next.id).toBe(dead.id);
});

test('the least recently used comes first', async () => {
  const { pool, ids, pass } = await poolFixture(kysely, 4);
  const used: string[] = [];

  for (let turn = 0; turn < 12; turn++) {
    const account = await claimed(pool());
    used.push(account.id);
    await pool().release(account);
    pass(60);
  }

  const rounds = [used.slice(0, 4), used.slice(4, 8), used.slice(8)];
  expect(rounds.map((round) => round.toSorted())).toEqual([ids.toSorted(), ids.toSorted(), ids.toSorted()]);
  expect(rounds[1]).toEqual(rounds[0]!);
});

test('accounts used at about the same time take turns by chance, not by name', async () => {
  const { pool, orgId } = await poolFixture(kysely, 6);
  const first = new Set<string>();

  for (let turn = 0; turn < 20; turn++) {
    await kysely
      .updateTable('accounts')
      .set({ last_used_at: null, lease: null, leased_until: null })
      .where('org_id', '=', orgId)
      .execute();
    first.add((await claimed(pool())).label);
  }

  expect(first.size).toBeGreaterThan(1);
});

test('an account cools down for one operation and works for others', async () => {
  const { pool, pass, ctx } = await poolFixture(kysely, 1);
  const account = await claimed(pool());
  await pool().cool(account, 'search', new Date('2026-11-21T14:05:00Z'), '50 searches in 15 minutes are used up');
  await pool().release(account);

  const search = await pool().claim('search');
  const thread = await claimed(pool(), 'thread');
  await pool().release(thread);
  const [shown] = await listAccounts(ctx);
  pass(301);
  const later = await pool().claim('search');

  expect(search).toEqual({
    until: new Date('2026-11-21T14:05:00Z'),
    detail: 'No account is free: 1 cools down until 14:05 UTC.',
  });
  expect(shown).toMatchObject({
    state: 'cooling',
    cooling: [
      { operation: 'search', until: '2026-11-21T14:05:00.000Z', reason: '50 searches in 15 minutes are used up' },
    ],
  });
  expect(isLeased(later)).toBe(true);
});

test('the daily cap holds for claims and renewals, and begins anew at midnight of UTC', async () => {
  const { pool, pass, ctx } = await poolFixture(kysely, 1, { dailyCap: 3 });
  const account = await claimed(pool());

  const renewals = [await pool().renew(account), await pool().renew(account), await pool().renew(account)];
  await pool().release(account);
  const full = await pool().claim('search');
  pass(10 * 3600);
  const [nextDay] = await listAccounts(ctx);
  await claimed(pool());

  expect(renewals).toEqual([true, true, false]);
  expect(full).toMatchObject({
    until: new Date('2026-11-22T00:00:00Z'),
    detail: expect.stringContaining('1 has done the work of the day'),
  });
  expect(nextDay?.usedToday).toBe(0);
  expect((await listAccounts(ctx))[0]?.usedToday).toBe(1);
});

test('why there is none is told in words, with the earliest time', async () => {
  const { pool, ctx, ids } = await poolFixture(kysely, 6);
  const leased = [];
  for (const _ of ids) leased.push(await claimed(pool()));
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 14, minute));
  await Promise.all(leased.slice(0, 3).map((account) => pool().cool(account, 'search', at(5), 'used up')));
  await pool().retire(leased[3]!, 'needs-cookies', 'X says that nobody is signed in.');
  await pool().retire(leased[4]!, 'banned', 'X suspended it.');
  await Promise.all(leased.map((account) => pool().release(account)));
  await changeAccount(ctx, { id: leased[5]!.id, enabled: false });

  const same = await pool().claim('search');
  await pool().cool(leased[0]!, 'search', at(9), 'used up');
  const different = await pool().claim('search');
  for (const { id } of leased.slice(0, 3)) await deleteAccount(ctx, { id });
  const hopeless = await pool().claim('search');

  expect(same).toEqual({
    until: at(5),
    detail: 'No account is free: 3 cool down until 14:05 UTC, 1 needs cookies, 1 banned, 1 paused.',
  });
  expect(different).toMatchObject({
    until: at(5),
    detail: expect.stringContaining('3 cool down, the first until 14:05 UTC'),
  });
  expect(hopeless).toEqual({ until: null, detail: 'No account is free: 1 needs cookies, 1 banned, 1 paused.' });
});

test('without any account the way to add one is told', async () => {
  const { pool } = await poolFixture(kysely, 0);

  expect(await pool().claim('search')).toEqual({
    until: null,
    detail: 'No account has been added yet. Add one under Accounts.',
  });
});

test('an account that was paused, deleted or given new cookies is no longer ours before the next request', async () => {
  const { pool, ctx } = await poolFixture(kysely, 3);
  const [paused, deleted, renewed] = [await claimed(pool()), await claimed(pool()), await claimed(pool())];
  const number = Number(renewed.label.at(-1));

  await changeAccount(ctx, { id: paused.id, enabled: false });
  await deleteAccount(ctx, { id: deleted.id });
  await changeAccount(ctx, { id: renewed.id, cookies: cookieText(number, 'fresh') });
  const still = await Promise.all([paused, deleted, renewed].map((account) => pool().renew(account)));
  await pool().cool(deleted, 'search', new Date('2026-11-21T15:00:00Z'), 'used up');
  await pool().retire(renewed, 'needs-cookies', 'The old cookies are over.');

  expect(still).toEqual([false, false, false]);
  expect(await getAccount(ctx, { id: renewed.id })).toMatchObject({ state: 'active', problem: null });
  expect((await claimed(pool())).cookies['auth_token']).toBe('fresh');
});

test('a retired account says why, and works again after a reset', async () => {
  const { pool, ctx, ids } = await poolFixture(kysely, 1);
  await pool().retire(await claimed(pool()), 'suspect', 'It got 404 where others got posts.');

  const retired = await getAccount(ctx, { id: ids[0]! });
  const reset = await resetAccount(ctx, { id: ids[0]! });

  expect(retired).toMatchObject({
    state: 'suspect',
    inUse: null,
    problem: { code: 'suspect', detail: 'It got 404 where others got posts.', at: '2026-11-21T14:00:00.000Z' },
  });
  expect(reset).toMatchObject({ state: 'active', problem: null });
  expect(isLeased(await pool().claim('search'))).toBe(true);
});

test('cookies sealed with a key that is gone put the account aside with the reason, and the next one is taken', async () => {
  const { orgId, ctx } = await poolFixture(kysely, 2);
  const vault = createVault(Buffer.alloc(32, 9).toString('base64'));
  const pool = createAccountPool({ db: ctx.db, vault, orgId, network: 'x', holder: 'run', now: ctx.now });

  const none = await pool.claim('search');

  expect(none).toMatchObject({ until: null, detail: expect.stringContaining('2 need cookies') });
  expect((await listAccounts(ctx))[0]?.problem?.detail).toContain('Paste its cookies again');
});

test('another organisation’s accounts are never claimed, cooled, retired or released', async () => {
  const [ours, theirs] = [await poolFixture(kysely, 0), await poolFixture(kysely, 1)];
  const account = await claimed(theirs.pool());

  const none = await ours.pool().claim('search');
  await ours.pool().cool(account, 'search', new Date('2026-11-21T15:00:00Z'), 'x');
  await ours.pool().retire(account, 'banned', 'x');
  await ours.pool().release(account);
  const renewed = await ours.pool().renew(account);

  expect([isLeased(none), renewed]).toEqual([false, false]);
  expect((await listAccounts(theirs.ctx))[0]).toMatchObject({ state: 'active', cooling: [], inUse: { by: 'run 1' } });
});

test('who looks at the accounts is told of cooling and retiring, and not of each use', async () => {
  const { pool, orgId, ids } = await poolFixture(kysely, 1);
  const told = async () => {
    const { rows } = await sql<{ event: string; id: string }>`
      select event, payload ->> 'id' as id from realtime.messages where topic = ${`org:${orgId}:listening`} order by inserted_at`.execute(
      kysely,
    );
    return rows;
  };
  const account = await claimed(pool());
  await pool().renew(account);
  const afterUse = await told();

  await pool().cool(account, 'search', new Date('2026-11-21T14:05:00Z'), 'used up');
  await pool().retire(account, 'banned', 'X locked it.');

  const [id] = ids;
  expect(afterUse).toEqual([{ event: 'account.created', id: id! }]);
  expect(await told()).toEqual([
    { event: 'account.created', id: id! },
    { event: 'account.changed', id: id! },
    { event: 'account.changed', id: id! },
  ]);
});
