import { expect, test } from 'bun:test';
import { x } from '../../../src/listening/sources/x/index.ts';
import { createHttp } from '../../../src/platform/http.ts';
import { searchAll, searchRequest, testSourceIo } from '../../contract/search-source.ts';
import { type MemoryAccount, memoryPool } from '../../loopback/memory-pool.ts';
import { httpProxyServer } from '../../loopback/proxy-server.ts';
import { WORLD_NOW } from '../../loopback/source-world.ts';
import { type XServer, type XServerOptions, xServer } from '../../loopback/x-server.ts';
import { QUICK_PROTOCOL } from '../../loopback/x-world.ts';

const now = () => WORLD_NOW;
const TWO: MemoryAccount[] = [{ id: 'anna' }, { id: 'boris' }];

interface SetUp extends XServerOptions {
  server?: XServer;
  /** A proxy on this machine. */
  allow?: string;
}

async function setUp(accounts: readonly MemoryAccount[] = TWO, { allow, ...options }: SetUp = {}) {
  const server = options.server ?? (await xServer({ now, ...options }));
  const pool = memoryPool(accounts, now);
  const io = testSourceIo(x, {
    host: server.host,
    settings: { baseUrl: server.origin },
    credentials: {},
    io: {
      http: createHttp({ allowPrivate: [server.host, ...(allow ? [allow] : [])] }),
      accounts: () => pool,
      storedProtocol: async () => QUICK_PROTOCOL,
    },
  });
  const search = (cursor: string | null = null) => x.search(searchRequest({ cursor }), io);
  return {
    server,
    pool,
    io,
    search,
    [Symbol.asyncDispose]: async () => void (options.server ?? (await server[Symbol.asyncDispose]())),
  };
}

const WINDOW_END = new Date(WORLD_NOW.getTime() + 900_000).toISOString();

test('an account whose window is used up cools for this operation, and another goes on with the cursor', async () => {
  await using at = await setUp(TWO, { posts: 100, window: { requests: 1, seconds: 900 } });

  const first = await at.search();
  const second = await at.search(first.nextCursor);

  expect(at.pool.events).toEqual([
    'claim anna',
    `cool anna SearchTimeline until ${WINDOW_END}: Its requests of this window are used up.`,
    'claim boris',
    `cool boris SearchTimeline until ${WINDOW_END}: Its requests of this window are used up.`,
  ]);
  expect(new Set([...first.hits, ...second.hits].map(({ externalId }) => externalId)).size).toBe(40);
  expect(await x.author('writer_1', at.io)).toMatchObject({ handle: 'writer_1' });
});

test('with no account left it says until when, and with none that ever will be, that', async () => {
  await using at = await setUp(TWO, { window: { requests: 1, seconds: 900 } });
  await at.search();
  await at.search();

  await expect(at.search()).rejects.toMatchObject({ code: 'upstream-limited', retryAfterSeconds: 900 });

  at.pool.warm();
  at.server.fail('signed-out');
  await expect(at.search()).rejects.toMatchObject({
    code: 'not-configured',
    detail: expect.stringContaining('0 of 2'),
  });
});

for (const [fault, state] of [
  ['banned', 'banned anna: X refuses it although its window has 50 requests left (88)'],
  ['locked', 'banned anna: X locked the account (326)'],
  ['signed-out', 'needs-cookies anna: X does not know these cookies any more (32)'],
  ['forbidden', 'suspect anna: X refuses it without a word (403)'],
] as const) {
  test(`an account that is ${fault} is out of use with the reason, and another one answers`, async () => {
    await using at = await setUp();
    at.server.fail(fault, { account: 'anna' });

    const page = await at.search();

    expect(page.hits.length).toBe(20);
    expect(at.pool.events).toEqual(['claim anna', expect.stringContaining(state), 'claim boris']);
  });
}

test('an account without the two cookies is out of use before anything is sent', async () => {
  await using at = await setUp([{ id: 'anna', cookies: { auth_token: 'anna' } }, { id: 'boris' }]);

  await at.search();

  expect(at.pool.events[1]).toMatch(/^needs-cookies anna: auth_token and ct0 are needed/);
  expect(at.server.calls.map(({ account }) => account)).toEqual(['boris']);
});

test('cookies that make a guest are told as such', async () => {
  await using at = await setUp(TWO, { accounts: ['boris'] });

  await at.search();

  expect(at.pool.events[1]).toMatch(/^needs-cookies anna: X takes whoever brings these cookies for a guest/);
});

test('data beside errors is data', async () => {
  await using at = await setUp();
  at.server.fail('errors-beside-data');

  expect((await at.search()).hits.length).toBe(20);
});

test('shed load is asked for again with the same account, and given up as trouble of X', async () => {
  await using at = await setUp();
  at.server.fail('load-shed', { times: 2 });
  expect((await at.search()).hits.length).toBe(20);

  at.server.fail('load-shed');
  await expect(at.search()).rejects.toMatchObject({ code: 'upstream-down' });

  expect(at.server.calls.map(({ account }) => account)).toEqual(['anna', 'anna', 'anna', 'boris', 'boris', 'boris']);
  expect(at.pool.events).toEqual(['claim anna', 'claim boris']);
  expect(at.pool.isLeased('anna') || at.pool.isLeased('boris')).toBe(false);
});

test('features that X does not find named stop everything with what to do', async () => {
  await using at = await setUp();
  at.server.requireFeatures('rweb_brand_new_enabled');

  const failed = at.search();

  await expect(failed).rejects.toMatchObject({
    code: 'upstream-changed',
    detail: expect.stringContaining('nexus x refresh'),
  });
  expect(at.io.raw).toEqual([
    { operation: 'SearchTimeline', reason: 'changed', body: expect.stringContaining('rweb_brand_new_enabled') },
  ]);
  expect(at.pool.events).toEqual(['claim anna']);
});

test('a page of Cloudflare stops the run and blames no account', async () => {
  await using at = await setUp();
  at.server.fail('blocked');

  const failed = at.search();

  await expect(failed).rejects.toMatchObject({
    code: 'upstream-refused',
    detail: expect.stringContaining('Cloudflare'),
  });
  expect(at.server.calls.length).toBe(1);
  expect(at.pool.events).toEqual(['claim anna']);
});

test('a transaction id that is not taken any more is made anew from the page', async () => {
  await using at = await setUp([{ id: 'anna' }]);
  await at.search();
  at.server.renewPage();

  const page = await at.search();

  expect(page.hits.length).toBe(20);
  expect(at.server.pagesRead()).toBe(2);
  expect(at.pool.events).toEqual(['claim anna', 'claim anna']);
});

test('an account that gets 404 where another one is answered is suspect', async () => {
  await using at = await setUp();
  at.server.fail('not-found', { account: 'anna' });

  const page = await at.search();

  expect(page.hits.length).toBe(20);
  expect(at.server.calls.map(({ account }) => account)).toEqual(['anna', 'anna', 'anna', 'boris']);
  expect(at.pool.events.at(-1)).toMatch(/^suspect anna: X answers 404 to it, and not to another account/);
});

test('two suspended accounts are told apart from X that has changed by a third', async () => {
  await using at = await setUp([...TWO, { id: 'clara' }]);
  at.server.fail('not-found', { account: 'anna' });
  at.server.fail('not-found', { account: 'boris' });

  const page = await at.search();

  expect(page.hits.length).toBe(20);
  expect(at.pool.events.filter((event) => event.startsWith('suspect '))).toHaveLength(2);
});

test('404 for every account is X that has changed, and no account is out of use for it', async () => {
  await using at = await setUp();
  at.server.rename('SearchTimeline', 'abcdefghijklmnopqrstuv');

  await expect(at.search()).rejects.toMatchObject({ code: 'upstream-changed' });

  expect(at.io.raw).toMatchObject([{ reason: 'changed' }]);
  at.server.rename('SearchTimeline', QUICK_PROTOCOL.operations.SearchTimeline.id);
  expect((await at.search()).hits.length).toBe(20);
});

test('404 for the only account there is tells of both reasons', async () => {
  await using at = await setUp([{ id: 'anna' }]);
  at.server.fail('not-found');

  await expect(at.search()).rejects.toMatchObject({
    code: 'upstream-changed',
    detail: expect.stringContaining('either it is suspended or X has changed'),
  });
});

test('fields that have moved are never read as a page', async () => {
  await using at = await setUp();
  at.server.fail('changed-fields');

  await expect(at.search()).rejects.toMatchObject({
    code: 'upstream-changed',
    detail: expect.stringContaining('23 of 25'),
  });
  expect(at.io.raw).toEqual([
    { operation: 'SearchTimeline', reason: 'changed', body: expect.stringContaining('body_text') },
  ]);
});

test('a connection that breaks is tried again with the account, then with another one', async () => {
  await using at = await setUp();
  at.server.fail('cut', { account: 'anna' });

  const page = await at.search();

  expect(page.hits.length).toBe(20);
  expect(at.server.calls.map(({ account }) => account)).toEqual(['anna', 'anna', 'anna', 'boris']);
  expect(at.pool.isLeased('anna')).toBe(false);
});

test('an account whose proxy is down pauses with the reason, and others go on', async () => {
  await using at = await setUp([{ id: 'anna', proxy: 'http://127.0.0.1:9' }, { id: 'boris' }], {
    allow: '127.0.0.1:9',
  });

  const page = await at.search();

  expect(page.hits.length).toBe(20);
  expect(at.pool.events[1]).toMatch(/^cool anna SearchTimeline until .*: It does not get through its proxy/);
});

test('an account goes through its own proxy, with its page and its scripts', async () => {
  await using server = await xServer({ now });
  await using proxy = await httpProxyServer({ leadsTo: server, user: 'u', password: 'p' });
  await using at = await setUp([{ id: 'anna', proxy: `http://u:p@${proxy.host}` }], { allow: proxy.host, server });

  await at.search();

  expect(proxy.targets.length).toBe(server.requests.length);
  expect(server.calls.length).toBe(1);
});

test('each request is signed, and carries the account’s cookies and token', async () => {
  await using at = await setUp([{ id: 'anna' }]);

  await searchAll(x, at.io);

  expect(at.server.calls.length).toBe(3);
  for (const { headers } of at.server.calls) {
    expect(headers).toMatchObject({ cookie: 'auth_token=anna; ct0=csrf-anna', 'x-csrf-token': 'csrf-anna' });
  }
  const ids = at.server.calls.map(({ headers }) => headers['x-client-transaction-id']);
  expect(new Set(ids).size).toBe(3);
  expect(at.server.pagesRead()).toBe(1);
});
