import { expect, test } from 'bun:test';
import { ApiProblem, ApiUnreachable, createApi } from '../../src/lib/platform/api.ts';
import { emailOf } from '../../src/lib/platform/email-of-token.ts';
import { isForged } from '../../src/lib/platform/same-site.server.ts';
import { widenPolicy } from '../../src/lib/platform/security-headers.server.ts';
import { shareRefreshes } from '../../src/lib/platform/share-refreshes.server.ts';

const post = (headers: Record<string, string>) => new Request('http://nexus.test/x', { method: 'POST', headers });

test('a change asked for by another site is refused, by our own or without cookies it is not', () => {
  expect(isForged(post({ 'sec-fetch-site': 'cross-site' }))).toBe(true);
  expect(isForged(post({ 'sec-fetch-site': 'same-site' }))).toBe(true);
  expect(isForged(post({ origin: 'http://evil.test', host: 'nexus.test' }))).toBe(true);
  expect(isForged(post({ origin: 'null', host: 'nexus.test' }))).toBe(true);
  expect(isForged(post({ cookie: 'nexus-session=1' }))).toBe(true);
  expect(isForged(post({ 'sec-fetch-site': 'same-origin' }))).toBe(false);
  expect(isForged(post({ origin: 'https://nexus.test', host: 'inside:3000', 'x-forwarded-host': 'nexus.test' }))).toBe(
    false,
  );
  expect(isForged(post({ authorization: 'Bearer nx_1' }))).toBe(false);
  expect(isForged(new Request('http://nexus.test/x', { headers: { origin: 'http://evil.test' } }))).toBe(false);
});

test('the policy opens the Supabase URL for data and pictures, never for scripts', () => {
  const policy = widenPolicy(
    "script-src 'self'; connect-src 'self'; media-src 'self'",
    'https://x.supabase.co',
    'nexus.test',
  );

  expect(policy).toBe(
    "script-src 'self'; connect-src 'self' ws://nexus.test wss://nexus.test https://x.supabase.co wss://x.supabase.co; media-src 'self' https://x.supabase.co",
  );
});

test('requests holding the same refresh token share one refresh', async () => {
  let refreshes = 0;
  using server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => Response.json({ access_token: `token ${++refreshes}` }),
  });
  const fetchShared = shareRefreshes(fetch);
  const refresh = (token: string) =>
    fetchShared(`${server.url}auth/v1/token?grant_type=refresh_token`, {
      method: 'POST',
      body: JSON.stringify({ token }),
    });

  const [first, second, other] = await Promise.all([refresh('a'), refresh('a'), refresh('b')]);

  expect(await first.json()).toEqual(await second.json());
  expect(await other.json()).not.toEqual({});
  expect(refreshes).toBe(2);
});

test('a refusal of the API becomes a problem with its words, and no answer is told apart from a refusal', async () => {
  using server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () =>
      Response.json(
        {
          title: 'No',
          status: 422,
          detail: 'Give a name.',
          code: 'invalid-input',
          fields: { name: ['Required'] },
          requestId: 'r1',
        },
        { status: 422, headers: { 'content-type': 'application/problem+json' } },
      ),
  });
  const api = createApi({ fetch, baseUrl: `${server.url}api`, headers: async () => ({}) });
  const nowhere = createApi({ fetch, baseUrl: 'http://127.0.0.1:9', headers: async () => ({}) });

  const refused = api.post('/orgs', {}).catch((error: unknown) => error);
  const lost = nowhere.get('/me').catch((error: unknown) => error);

  expect(await refused).toBeInstanceOf(ApiProblem);
  expect(await refused).toMatchObject({
    status: 422,
    code: 'invalid-input',
    detail: 'Give a name.',
    fields: { name: ['Required'] },
  });
  expect(await lost).toBeInstanceOf(ApiUnreachable);
});

test('an answer without a body is nothing, and an idempotency key is sent along', async () => {
  const keys: (string | null)[] = [];
  using server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      keys.push(request.headers.get('idempotency-key'));
      return new Response(null, { status: 202 });
    },
  });
  const api = createApi({ fetch, baseUrl: `${server.url}api`, headers: async () => ({}) });

  expect(await api.post<undefined>('/media/sample', undefined, { idempotencyKey: 'k1' })).toBeUndefined();
  expect(keys).toEqual(['k1']);
});

test('a token names its address, letters beyond ASCII included', () => {
  const payload = Buffer.from(JSON.stringify({ email: 'мария@example.org' })).toString('base64url');

  expect(emailOf(`header.${payload}.signature`)).toBe('мария@example.org');
});
