import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  // So slow that a bucket does not fill again while a test runs.
  const perSecond = 0.001;
  api = await runningApi({
    limits: {
      user: { burst: 5, perSecond },
      key: { burst: 3, perSecond },
      address: { burst: 4, perSecond },
      guessing: { burst: 2, perSecond },
    },
  });
});
afterAll(() => api.close());

async function repeat(times: number, path: string, call: Parameters<RunningApi['call']>[1] = {}) {
  const answers = [];
  for (let index = 0; index < times; index += 1) answers.push(await api.call(path, call));
  return answers;
}

test('whoever asks too often gets 429 and the time to wait', async () => {
  const { token } = await api.founder();

  // Founding took one.
  const answers = await repeat(5, '/me', { token });

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429]);
  const refused = answers.at(-1)!;
  expect(refused.body.code).toBe('too-many-requests');
  const seconds = Number(refused.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(900);
  expect(seconds).toBeLessThanOrEqual(1000);
});

test("a user's limit is their own, whatever their address", async () => {
  const [busy, calm] = [await api.founder(), await api.founder()];
  const address = '203.0.113.7';
  await repeat(6, '/me', { token: busy.token, address });

  const [again, other] = [
    await api.call('/me', { token: busy.token }),
    await api.call('/me', { token: calm.token, address }),
  ];

  expect([again.status, other.status]).toEqual([429, 200]);
});

test('a key has a limit of its own', async () => {
  const { token } = await api.founder();
  const { body } = await api.call('/keys', { token, body: { name: 'x', scopes: ['archive:read'] } });

  const answers = await repeat(4, '/media', { token: body.key });

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect((await api.call('/media', { token })).status).toBe(200);
});

test('who is not signed in is counted by address, a network of IPv6 as one', async () => {
  const single = await repeat(5, '/setup', { address: '198.51.100.1' });
  const network = await Promise.all(
    [1, 2, 3, 4, 5].map((host) => api.call('/setup', { address: `2001:db8:1:2::${host}` })),
  );
  const elsewhere = await api.call('/setup', { address: '2001:db8:1:3::1' });

  expect(single.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429]);
  expect(network.filter(({ status }) => status === 429)).toHaveLength(1);
  expect(elsewhere.status).toBe(200);
});

test('only a proxy on this machine may say for whom it asks', async () => {
  const headers = { 'x-forwarded-for': '192.0.2.50' };
  const proxied = await repeat(5, '/setup', { address: '127.0.0.1', headers });
  const direct = await repeat(4, '/setup', { address: '198.51.100.77', headers });

  expect(proxied.at(-1)!.status).toBe(429);
  expect(direct.at(-1)!.status).toBe(200);
});

test('guessing credentials or invitations ends sooner', async () => {
  const address = '198.51.100.9';
  const keys = await repeat(3, '/me', { token: `nx_${'0'.repeat(40)}`, address });
  const links = await repeat(3, `/invitations/lookup/${'a'.repeat(43)}`, { address: '198.51.100.10' });

  expect(keys.map(({ status }) => status)).toEqual([401, 401, 429]);
  expect(links.map(({ status }) => status)).toEqual([404, 404, 429]);
});

test('health and the reference are answered without counting', async () => {
  const answers = await repeat(8, '/health/ai', { address: '198.51.100.20' });

  expect(answers.every(({ status }) => status === 200)).toBe(true);
});

test('a bucket fills again, up to its size', async () => {
  const { token, id } = await api.founder();
  await repeat(5, '/me', { token });

  await api.kysely
    .updateTable('rate_limits')
    .set({ refilled_at: new Date(Date.now() - 2_000_000) })
    .where('bucket', '=', `user:${id}`)
    .execute();

  // 2,000 s at one per 1,000 s.
  expect((await repeat(3, '/me', { token })).map(({ status }) => status)).toEqual([200, 200, 429]);
});
