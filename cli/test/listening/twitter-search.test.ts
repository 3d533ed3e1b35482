import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiConfiguration, createApp, createMetrics, createTokenVerifier } from '@nexus/edge-functions';
import { kyselyOnPglite } from '@nexus/embedded';
import { createAccount, createCampaign, NewAccount, NewCampaign } from '@nexus/shared/listening';
import { createKey, type DB } from '@nexus/shared/platform';
import { xServer, type XServer } from '../../../worker/test/loopback/x-server.ts';
import { testWorker } from '../../../worker/test/running/test-worker.ts';
import { runNexus } from '../running/start-nexus.ts';

let x: XServer;
let worker: Awaited<ReturnType<typeof testWorker>>;
let api: ReturnType<typeof Bun.serve>;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  x = await xServer({ posts: 45 });
  worker = await testWorker({ allowPrivate: [x.host] });
  const { queue, storage, vault, now } = worker.ports;
  const app = createApp({
    kysely: kyselyOnPglite<DB>(worker.database),
    queue,
    storage,
    vault,
    now,
    verifyToken: createTokenVerifier({ secret: 'nobody signs in here, but a secret is needed all the same', now }),
    configuration: ApiConfiguration.parse({}),
    writeLog: () => undefined,
    metrics: createMetrics(),
    keys: {},
  });
  api = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => app.fetch(request, { remoteAddress: '127.0.0.1' }),
  });
  folder = await mkdtemp(join(tmpdir(), 'nexus-search-'));
  const scopes = ['platform:admin' as const, 'listening:read' as const, 'listening:write' as const];
  const { key } = await createKey(worker.ctx, { name: 'CLI', scopes });
  environment = { NEXUS_URL: `http://127.0.0.1:${api.port}`, NEXUS_API_KEY: key, XDG_CONFIG_HOME: folder };
}, 120_000);
afterAll(async () => {
  await api.stop(true);
  await worker.stop();
  await x[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => runNexus(args, environment, folder);
const search = (...args: string[]) => run('twitter-search', ...args, '--address', x.origin);
const lines = (text: string) => text.split('\n').filter(Boolean);

test('without an account it says what to do, and fails', async () => {
  const { exitCode, stdout, stderr } = await search('harbour');

  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('0 posts, no-account: No account has been added yet.');
}, 60_000);

test('posts come a line each, as many as were wanted, and the query goes to X word for word', async () => {
  const cookies = `auth_token=${'a'.repeat(40)}; ct0=${'b'.repeat(32)}`;
  await createAccount(worker.ctx, NewAccount.parse({ cookies }));

  const few = await search('"out of order" OR ferry lang:en', '--limit', '25', '--product', 'Top');
  const all = await search('harbour', '--json');

  expect(few.exitCode).toBe(0);
  expect(lines(few.stdout)).toHaveLength(25);
  expect(lines(few.stdout)[0]).toMatch(
    /^\S+Z\t@writer_0\t0\tPost 0 about the harbour of Brindlemere\thttps:\/\/x\.com\/writer_0\/status\/\d+$/,
  );
  expect(few.stderr).toContain('25 posts, limit: ');
  expect(x.calls[0]!.variables).toMatchObject({ rawQuery: '"out of order" OR ferry lang:en', product: 'Top' });
  expect(all.stderr).toContain('45 posts, complete\n');
  expect(new Set(lines(all.stdout).map((line) => (JSON.parse(line) as { externalId: string }).externalId)).size).toBe(
    45,
  );
}, 60_000);

test('answers come as they came', async () => {
  const { exitCode, stdout } = await search('harbour', '--raw', '--limit', '40');

  expect(exitCode).toBe(0);
  expect(lines(stdout)).toHaveLength(2);
  expect(JSON.parse(lines(stdout)[0]!)).toHaveProperty('data.search_by_raw_query');
}, 60_000);

test('X that has changed is told, nothing half read is shown, and a refresh helps', async () => {
  const settings = { baseUrl: x.origin };
  const campaign = { name: 'Harbour', query: { keywords: ['harbour'] }, sources: [{ source: 'x', settings }] };
  await createCampaign(worker.ctx, NewCampaign.parse(campaign));
  x.rename('SearchTimeline', 'anotherSearchId0123456');

  const failed = await search('harbour');
  const refreshed = await run('x', 'refresh');
  const again = await search('harbour');

  expect({ exitCode: failed.exitCode, stdout: failed.stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(failed.stderr).toContain('changed: X answers 404');
  expect(refreshed).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^20\d{6}\tgood\tchecked \S+\n$/) });
  expect(lines(again.stdout)).toHaveLength(45);
}, 60_000);

test('what is wrong with the words is told before anything is asked', async () => {
  const people = await search('harbour', '--product', 'People');
  const limit = await search('harbour', '--limit', '0');

  expect([people.exitCode, limit.exitCode]).toEqual([1, 1]);
  expect(people.stderr).toStartWith('People finds people, not posts.');
  expect(limit.stderr).toContain('Give a whole number up to 10000.');
}, 60_000);
