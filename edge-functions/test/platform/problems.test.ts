import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi({ limits: { bodyBytes: 2000, textBodyBytes: 10_000 } });
});
afterAll(() => api.close());

test('without a sign-in a route answers 401 as a problem that says what to do', async () => {
  const answer = await api.call('/media');

  expect(answer.status).toBe(401);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('www-authenticate')).toStartWith('Bearer');
  expect(answer.body).toEqual({
    type: 'urn:nexus:problem:sign-in-needed',
    title: 'Sign in, or send a valid API key',
    status: 401,
    detail: expect.stringContaining('nx_'),
    code: 'sign-in-needed',
    requestId: answer.headers.get('x-request-id'),
  });
});

test.each([
  ['expired', { expiresIn: '-1m' }],
  ['signed with another secret', { secret: 'another secret that is long enough' }],
  ['of another role', { role: 'service_role' }],
])('a token that is %s is refused', async (_, options) => {
  const token = await api.token({ id: crypto.randomUUID(), email: 'a@example.com' }, options);

  const answer = await api.call('/me', { token });

  expect(answer.status).toBe(401);
});

test('what is no token at all is refused, not an error', async () => {
  const bearers = ['nonsense', 'a.b.c', 'nx_short', `nx_${'0'.repeat(40)}`];

  const answers = await Promise.all(bearers.map((token) => api.call('/me', { token })));

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
});

test('the public key of an official client counts as nobody signed in', async () => {
  const token = await api.token({ id: crypto.randomUUID(), email: '' }, { role: 'anon' });

  const answer = await api.call('/setup', { token });

  expect(answer.status).toBe(200);
});

test('a body that is not JSON is a 400', async () => {
  const { token } = await api.founder();

  const answer = await api.call('/keys', { token, body: '{"name": ' });

  expect([answer.status, answer.body.code]).toEqual([400, 'bad-request']);
});

test('a body that breaks its contract is a 422 that names each field', async () => {
  const { token } = await api.founder();

  const answer = await api.call('/keys', {
    token,
    body: { name: '', scopes: ['archive:read', 'archive:fly'], admin: true },
  });

  expect([answer.status, answer.body.code]).toEqual([422, 'invalid-input']);
  expect(Object.keys(answer.body.fields).sort()).toEqual(['admin', 'name', 'scopes.1']);
});

test('a body of another content type is a 415', async () => {
  const { token } = await api.founder();

  const answer = await api.call('/keys', {
    token,
    body: 'name=x',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

  expect([answer.status, answer.body.detail]).toEqual([415, 'Send the body as application/json.']);
});

test('a query that breaks its contract is a 422', async () => {
  const { token } = await api.founder();

  const answer = await api.call('/media?limit=1000&status=broken', { token });

  expect(Object.keys(answer.body.fields).sort()).toEqual(['limit', 'status']);
});

test('an id that is none is a 422, a path that is none a 404', async () => {
  const { token } = await api.founder();

  const [id, path] = await Promise.all([api.call('/media/12', { token }), api.call('/nowhere', { token })]);

  expect([id!.status, path!.status]).toEqual([422, 404]);
  expect(path!.body.code).toBe('not-found');
});

test('a body over the limit is a 413, with or without its length told', async () => {
  const { token } = await api.founder();
  const name = 'x'.repeat(3000);
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(JSON.stringify({ name })));
      controller.close();
    },
  });

  const told = await api.call('/orgs/current', { token, method: 'PATCH', body: { name } });
  const untold = await api.send(
    new Request('http://api.test/api/orgs/current', {
      method: 'PATCH',
      body: stream,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    }),
  );

  expect([told.status, told.body.code]).toEqual([413, 'too-large']);
  expect(untold.status).toBe(413);
});

test('text for the library may be longer than other bodies', async () => {
  const { token } = await api.founder();

  const answers = await Promise.all(
    [5000, 20_000].map((length) =>
      api.call('/media/process', { token, body: { source: 'text', text: 'x'.repeat(length) } }),
    ),
  );

  expect(answers.map(({ status }) => status)).toEqual([202, 413]);
});

test('a defect is a 500 whose cause is in the log alone', async () => {
  const broken = await runningApi(
    {},
    { vault: { seal: () => Promise.reject(new Error('the secret is 42')), open: () => Promise.reject() } },
  );
  try {
    const { token } = await broken.founder();
    const answer = await broken.call('/keys', {
      token,
      body: { name: 'x', scopes: ['archive:read'] },
      headers: { 'idempotency-key': 'a' },
    });

    expect([answer.status, answer.body.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(answer.body)).not.toContain('the secret');
    const event = broken.log.at(-1);
    expect(event).toMatchObject({ level: 'error', status: 500, code: 'internal', requestId: answer.body.requestId });
    expect(JSON.stringify(event)).toContain('the secret is 42');
  } finally {
    await broken.close();
  }
});

test("a request's id is the client's when it is sane, else a new one", async () => {
  const kept = await api.call('/setup', { headers: { 'x-request-id': 'trace-0123456789' } });
  const replaced = await api.call('/setup', { headers: { 'x-request-id': 'a b{}' } });

  expect(kept.headers.get('x-request-id')).toBe('trace-0123456789');
  expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('each request writes one event, by route and without secrets', async () => {
  const { token, orgId, id } = await api.founder();
  const before = api.log.length;

  await api.call(`/invitations/lookup/${'a'.repeat(43)}`, { token });
  await api.call('/media', { token });

  const events = api.log.slice(before);
  expect(events.map(({ route, status }) => [route, status])).toEqual([
    ['/invitations/lookup/:token', 404],
    ['/media', 200],
  ]);
  expect(events[1]).toMatchObject({ event: 'request', method: 'GET', actor: 'user', userId: id, orgId });
  expect(JSON.stringify(events)).not.toContain('a'.repeat(43));
  expect(JSON.stringify(events)).not.toContain(token);
});

test('both bases lead to the same routes, and nothing is outside of them', async () => {
  const answers = await Promise.all(
    ['/api/setup', '/functions/v1/api/setup', '/setup', '/apiary/setup'].map((path) =>
      api.send(new Request(`http://api.test${path}`)),
    ),
  );

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 401]);
});
