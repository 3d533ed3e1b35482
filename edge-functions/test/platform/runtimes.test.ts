import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { nativePostgres, type NativePostgres } from '@nexus/embedded/testing';
import { ARCHIVE_JOBS } from '@nexus/shared/archive';
import { ASSISTANT_JOBS } from '@nexus/shared/assistant';
import { SignJWT } from 'jose';
import { PgBoss } from 'pg-boss';
import { storageLoopback } from '../loopback/storage.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const DENO = fileURLToPath(new URL('../../../node_modules/.bin/deno', import.meta.url));

/** Deno finds every `npm:` in the repository's own node_modules and downloads nothing. */
const OFFLINE = ['--node-modules-dir=manual', '--cached-only'];

const RUNTIMES = {
  bun: [process.execPath, 'run', 'main.bun.ts'],
  deno: [DENO, 'run', ...OFFLINE, '--allow-net', '--allow-env', '--allow-read', '--allow-sys', 'main.deno.ts'],
};

const secret = randomBytes(32).toString('base64url');
const metricsToken = randomBytes(16).toString('hex');
let postgres: NativePostgres;
let storage: ReturnType<typeof storageLoopback>;

beforeAll(async () => {
  postgres = await nativePostgres();
  storage = storageLoopback();
  const boss = new PgBoss({ connectionString: postgres.url, supervise: false, schedule: false });
  await boss.start();
  for (const { name } of [...ARCHIVE_JOBS, ...ASSISTANT_JOBS]) await boss.createQueue(name, { policy: 'short' });
  await boss.stop({ graceful: false });
}, 60_000);
afterAll(async () => {
  storage[Symbol.dispose]();
  await postgres.stop();
});

const environment = () => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  SUPABASE_URL: storage.url,
  SUPABASE_SERVICE_ROLE_KEY: 'service',
  SUPABASE_DB_URL: postgres.url,
  SUPABASE_JWT_SECRET: secret,
  NEXUS_CREDENTIALS_KEY: randomBytes(32).toString('base64'),
  NEXUS_METRICS_TOKEN: metricsToken,
  NEXUS_API_PORT: '0',
});

describe.each(Object.entries(RUNTIMES))('under %s', (runtime, command) => {
  test('the API works, from founding an organisation to a queued item', async () => {
    await using api = await startApi(command);

    await smoke(api.url, runtime);
  }, 60_000);

  test('a bad environment stops it with every problem at once', async () => {
    const child = Bun.spawn(command, {
      cwd: PACKAGE,
      env: { ...environment(), SUPABASE_URL: 'nowhere', SUPABASE_DB_URL: 'mysql://x', NEXUS_CREDENTIALS_KEY: 'short' },
      stdout: 'ignore',
      stderr: 'pipe',
    });

    const said = await new Response(child.stderr).text();

    expect(await child.exited).toBe(1);
    for (const name of ['SUPABASE_URL', 'SUPABASE_DB_URL', 'NEXUS_CREDENTIALS_KEY'])
      expect(said).toContain(`  ${name}: `);
    expect(said).not.toContain('    at ');
  }, 60_000);
});

/** Resolves when the process has said on which port it listens. */
async function startApi(command: string[]): Promise<{ url: string } & AsyncDisposable> {
  // npm's `deno` is a script that starts the real one: the whole group is ended.
  const api = Bun.spawn(command, {
    cwd: PACKAGE,
    env: environment(),
    stdout: 'pipe',
    stderr: 'inherit',
    detached: true,
  });
  const reader = api.stdout.getReader();
  const decoder = new TextDecoder();
  let said = '';
  while (!said.includes('\n')) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The API ended before it listened: ${said}`);
    said += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  const { port } = JSON.parse(said.slice(0, said.indexOf('\n'))) as { port: number };
  return {
    url: `http://127.0.0.1:${port}/functions/v1/api`,
    async [Symbol.asyncDispose]() {
      process.kill(-api.pid, 'SIGTERM');
      await api.exited;
    },
  };
}

async function smoke(url: string, runtime: string): Promise<void> {
  const id = randomUUID();
  const token = await new SignJWT({ role: 'authenticated', email: `${runtime}@example.com` })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
  const call = async (
    path: string,
    { bearer = token, body, key, method }: { bearer?: string; body?: unknown; key?: string; method?: string } = {},
  ) => {
    const response = await fetch(url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    // oxlint-disable-next-line no-explicit-any
    const answer: any = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body: answer };
  };

  expect((await call('/me')).body).toMatchObject({ user: { id }, orgs: [], current: null });
  expect((await call('/media')).body.code).toBe('forbidden');
  expect((await call('/orgs', { body: { name: `On ${runtime}` } })).status).toBe(201);

  const { body: key } = await call('/keys', {
    body: { name: 'smoke', scopes: ['archive:read', 'archive:write', 'assistant:read'] },
  });
  expect(key.key).toMatch(/^nx_[0-9A-Za-z]{40}$/);

  const item = { source: 'text', text: 'The quick brown fox.', name: 'fox.txt' };
  const added = await call('/media/process', { bearer: key.key, body: item, key: 'once' });
  const again = await call('/media/process', { bearer: key.key, body: item, key: 'once' });
  expect([added.status, again.status]).toEqual([202, 202]);
  expect(again.body.id).toBe(added.body.id);
  expect((await call('/media', { bearer: key.key })).body.items).toHaveLength(1);
  expect((await call(`/media/${added.body.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await call(`/media/${added.body.id}`)).status).toBe(404);

  const upload = await call('/media/uploads', { body: { name: 'talk.mp3', sizeBytes: 1000 } });
  expect(upload.body).toMatchObject({ bucket: 'media', token: 'signed' });
  expect((await call('/search', { body: { query: 'fox' } })).body).toMatchObject({ passages: [], nextCursor: null });

  const answer = await call('/chat', { body: { question: 'What does the fox do?' } });
  expect(answer.headers.get('content-type')).toStartWith('text/event-stream');
  expect(answer.body).toContain('event: end\ndata: {"type":"end","message":{');
  expect((await call('/chats')).body.chats).toHaveLength(1);

  const wrong = await call('/media/process', { body: { source: 'text', text: 5 } });
  expect(wrong.status).toBe(422);
  expect(wrong.headers.get('content-type')).toBe('application/problem+json');
  expect(Object.keys(wrong.body.fields)).toContain('text');

  const health = await call('/health');
  expect(health.body).toMatchObject({
    status: 'ok',
    parts: { db: { status: 'ok' }, queue: { status: 'ok' }, storage: { status: 'ok' } },
  });
  const metrics = await call('/metrics', { bearer: metricsToken });
  expect(metrics.body).toContain('nexus_requests_total{route="/media/process",method="POST",status="202"}');
  expect(metrics.body).toMatch(/^nexus_queue_depth\{queue="archive.acquire-item"\} [12]$/m);
  expect((await call('/openapi.json')).body.openapi).toBe('3.1.0');
  expect((await call('/docs')).body).toContain('<title>Nexus API</title>');
}
