import { afterAll, beforeAll, expect, test } from 'bun:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { sql } from 'kysely';
import { type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi(
    { corsOrigins: ['https://app.example.com'], version: '1.2.3' },
    { keys: { geminiApiKey: 'x' } },
  );
});
afterAll(() => api.close());

test('the description of the API is valid OpenAPI 3.1 and has every route', async () => {
  const { body } = await api.call('/openapi.json');

  const { valid, errors } = await new Validator().validate(structuredClone(body));

  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(body.openapi).toBe('3.1.0');
  for (const path of [
    '/me',
    '/orgs/current',
    '/keys/{id}',
    '/media',
    '/media/{id}/segments',
    '/search',
    '/health',
    '/metrics',
  ]) {
    expect(Object.keys(body.paths)).toContain(path);
  }
  const operations = Object.values<Record<string, { summary?: string; responses: object }>>(body.paths).flatMap(
    (path) => Object.values(path),
  );
  for (const { summary, responses } of operations) {
    expect(summary).toBeString();
    expect(responses).toHaveProperty('default');
  }
});

test('the reference is one page that loads nothing', async () => {
  const { status, headers, body } = await api.call('/docs');

  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
  expect(body).toContain('/media/process');
  expect(body).not.toMatch(/<script|src=|https?:\/\/|@import/);
  const nonce = /<style nonce="([^"]+)">/.exec(body)?.[1];
  expect(headers.get('content-security-policy')).toContain(`style-src 'nonce-${nonce}'`);
});

test('every answer tells browsers to be careful with it', async () => {
  const { headers } = await api.call('/setup');

  expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-store');
});

test('configured origins may call from a browser, others not', async () => {
  const preflight = (origin: string) =>
    api.call('/media', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,idempotency-key',
      },
    });

  const [ours, theirs] = [await preflight('https://app.example.com'), await preflight('https://evil.example.com')];
  const answer = await api.call('/setup', { headers: { origin: 'https://app.example.com' } });

  expect(ours.status).toBe(204);
  expect(ours.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect(ours.headers.get('access-control-allow-headers')).toContain('idempotency-key');
  expect(theirs.headers.get('access-control-allow-origin')).toBeNull();
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id');
});

test('health names each part, and a part that is down degrades the whole', async () => {
  const well = await api.call('/health');

  expect(well.status).toBe(200);
  expect(well.body).toMatchObject({
    status: 'ok',
    version: '1.2.3',
    parts: {
      db: { status: 'ok' },
      queue: { status: 'ok' },
      storage: { status: 'ok' },
      ai: { models: ['gemini', 'offline'] },
    },
  });

  const ill = await runningApi(
    {},
    { storage: { ...api.ports.storage, stat: () => Promise.reject(new Error('connect 10.0.0.5')) } },
  );
  try {
    const { status, body } = await ill.call('/health');
    expect([status, body.status, body.parts.storage.status]).toEqual([200, 'degraded', 'down']);
    expect(JSON.stringify(body)).not.toContain('10.0.0.5');
    expect((await ill.call('/health/storage')).status).toBe(503);
    expect((await ill.call('/health/toaster')).status).toBe(422);
  } finally {
    await ill.close();
  }
});

test('a job that nobody takes shows in the health of the queue', async () => {
  const late = await runningApi();
  try {
    const { token } = await late.founder();
    await late.call('/media/process', { token, body: { source: 'text', text: 'x' } });
    await sql`update pgboss.job set start_after = now() - interval '10 minutes'`.execute(late.kysely);

    const { body } = await late.call('/health/queue');

    expect(body).toMatchObject({ status: 'degraded', ready: 1, oldestSeconds: 600 });
  } finally {
    await late.close();
  }
});

test('figures are for callers on the same machine, or whoever has the token', async () => {
  const token = 'a token of the operator';
  const guarded = await runningApi({ metricsToken: token });
  try {
    const open = [
      await api.call('/metrics', { address: '127.0.0.1' }),
      await api.call('/metrics', { address: '198.51.100.1' }),
    ];
    const closed = [
      await guarded.call('/metrics', { address: '127.0.0.1' }),
      await guarded.send(new Request('http://api.test/api/metrics', { headers: { authorization: `Bearer ${token}` } })),
    ];

    expect(open.map(({ status }) => status)).toEqual([200, 403]);
    expect(closed.map(({ status }) => status)).toEqual([403, 200]);
  } finally {
    await guarded.close();
  }
});

test('figures count requests by route, jobs by queue, and steps by their time', async () => {
  const { token, orgId } = await api.founder();
  const { body: item } = await api.call('/media/process', { token, body: { source: 'text', text: 'x' } });
  await api.call(`/media/${item.id}`, { token });
  await api.kysely
    .updateTable('item_steps')
    .set({
      state: 'done',
      started_at: sql`now() - interval '4 seconds'`,
      finished_at: sql`now() - interval '2 seconds'`,
    })
    .where('org_id', '=', orgId)
    .where('name', '=', 'normalise')
    .execute();

  const { body, headers } = await api.call('/metrics', { address: '127.0.0.1' });

  expect(headers.get('content-type')).toStartWith('text/plain; version=0.0.4');
  expect(body).toContain('nexus_requests_total{route="/media/:id",method="GET",status="200"} 1');
  expect(body).toMatch(
    /nexus_request_duration_seconds_bucket\{route="\/media\/:id",method="GET",status="200",le="\+Inf"\} 1/,
  );
  expect(body).toMatch(/nexus_queue_depth\{queue="archive.acquire-item"\} \d+/);
  expect(body).toContain('nexus_step_duration_seconds{step="normalise",quantile="0.5"} 2');
  for (const line of body.trim().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? -?[\d.e+-]+)$/);
});
