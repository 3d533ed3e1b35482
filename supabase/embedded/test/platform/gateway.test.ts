import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { type EmbeddedServer, embeddedServer } from '../loopback/embedded-server.ts';

// Opening a database takes seconds on a busy machine.
setDefaultTimeout(60_000);

let server: EmbeddedServer;
beforeAll(async () => {
  server = await embeddedServer({
    functions: {
      api: async (request) => Response.json({ path: new URL(request.url).pathname, body: await request.text() }),
    },
  });
});
afterAll(() => server.stop());

const call = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);

test('auth and REST answer 401 without a key and with a wrong one', async () => {
  const withoutKey = await Promise.all([call('/rest/v1/orgs'), call('/auth/v1/settings')]);
  const wrongKey = await call('/rest/v1/orgs', { headers: { apikey: 'wrong' } });

  expect(withoutKey.map(({ status }) => status)).toEqual([401, 401]);
  expect(await withoutKey[0]!.json()).toMatchObject({ message: 'No API key found in request' });
  expect(wrongKey.status).toBe(401);
  expect(await wrongKey.json()).toMatchObject({ message: 'Invalid API key' });
});

test('a token signed with another secret is refused', async () => {
  const forged = server.secrets.anonKey.replace(/[^.]+$/, 'c2lnbmF0dXJl');

  const answer = await call('/rest/v1/orgs', {
    headers: { apikey: server.secrets.anonKey, authorization: `Bearer ${forged}` },
  });

  expect(answer.status).toBe(401);
});

test('a request from this machine without a key has no rights', async () => {
  const answer = await call('/rest/v1/orgs', { headers: { origin: server.url, 'sec-fetch-site': 'same-origin' } });

  expect(answer.status).toBe(401);
});

test('a path of no service is a 404 problem', async () => {
  const answers = await Promise.all(
    ['/', '/_system/health', '/auth/v2/user', '/storage', '/pg/query'].map((path) => call(path)),
  );

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  expect(answers[0]!.headers.get('content-type')).toBe('application/problem+json');
  expect(await answers[0]!.json()).toMatchObject({ status: 404 });
});

test('a function gets the whole request, and an unknown one is a 404 problem', async () => {
  const known = await call('/functions/v1/api/media/7?x=1', { method: 'POST', body: 'hello' });
  const unknown = await call('/functions/v1/constructor');

  expect(await known.json()).toEqual({ path: '/functions/v1/api/media/7', body: 'hello' });
  expect(unknown.status).toBe(404);
});

test('a body over the limit is a 413 problem, declared or sent in chunks', async () => {
  const body = new Uint8Array(1_100_000);
  const inChunks = new Blob([body]).stream();

  const declared = await call('/auth/v1/signup', { method: 'POST', body });
  const chunked = await call('/auth/v1/signup', { method: 'POST', body: inChunks });

  expect([declared.status, chunked.status]).toEqual([413, 413]);
  expect(declared.headers.get('content-type')).toBe('application/problem+json');
});

test('a body in chunks under the limit arrives whole', async () => {
  const answer = await call('/functions/v1/api/echo', {
    method: 'POST',
    body: new Blob(['part one, ', 'part two']).stream(),
  });

  expect(await answer.json()).toMatchObject({ body: 'part one, part two' });
});

test('JSON nested deeper than the database bears is refused, as a value, inside a string and in the address', async () => {
  const headers = { apikey: server.secrets.anonKey, 'content-type': 'application/json' };
  const deep = '['.repeat(7000) + ']'.repeat(7000);

  const answers = await Promise.all([
    call('/rest/v1/orgs', { method: 'POST', headers, body: `{"name":${deep}}` }),
    call('/rest/v1/orgs', { method: 'POST', headers, body: JSON.stringify({ name: deep }) }),
    call(`/rest/v1/orgs?name=eq.${'%5B'.repeat(600)}`, { headers }),
    call('/auth/v1/signup', { method: 'POST', headers, body: `{"data":${deep}}` }),
  ]);

  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
});

test('any origin may ask, and a preflight says so', async () => {
  const preflights = await Promise.all(
    ['/auth/v1/token', '/rest/v1/orgs', '/storage/v1/bucket'].map((path) =>
      call(path, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://a.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,apikey,x-client-info',
        },
      }),
    ),
  );
  const answer = await call('/auth/v1/settings', {
    headers: { apikey: server.secrets.anonKey, origin: 'https://a.example' },
  });

  for (const { status, headers } of preflights) {
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-headers')).toContain('x-client-info');
  }
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
});

test('realtime and storage are reached through the gateway by the official client', async () => {
  const client = server.client({ key: server.secrets.serviceKey });
  const bucket = await client.storage.createBucket('notes', { public: false });
  const subscribed = new Promise<string>((resolve) => {
    client.channel('room').subscribe((status) => resolve(status));
  });

  const status = await subscribed;
  await client.removeAllChannels();

  expect(bucket.error).toBeNull();
  expect(status).toBe('SUBSCRIBED');
});
