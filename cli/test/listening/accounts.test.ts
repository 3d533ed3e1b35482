import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '@nexus/edge-functions';
import { type RunningApi, runningApi } from '../../../edge-functions/test/running-api.ts';
import { runNexus } from '../running/start-nexus.ts';

let api: RunningApi;
let server: ReturnType<typeof Bun.serve>;
let files: string;
let environment: Record<string, string>;

beforeAll(async () => {
  api = await runningApi();
  const app = createApp(api.ports);
  server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => app.fetch(request, { remoteAddress: '127.0.0.1' }),
  });
  files = await mkdtemp(join(tmpdir(), 'nexus-accounts-'));
  const { token } = await api.founder();
  const { body } = await api.call('/keys', {
    token,
    body: { name: 'CLI', scopes: ['platform:admin', 'listening:read'] },
  });
  environment = { NEXUS_URL: `http://127.0.0.1:${server.port}`, NEXUS_API_KEY: body.key, XDG_CONFIG_HOME: files };
}, 60_000);
afterAll(async () => {
  await server.stop(true);
  await api.close();
  await rm(files, { recursive: true, force: true });
});

const run = (args: readonly string[], input?: string) => runNexus(['accounts', ...args], environment, files, input);
const cookiesOf = (number: number) => `auth_token=s3cret${number}; ct0=csrf; twid=u%3D${number}`;

test('an account is added from a file, standard input or an argument, listed, paused and removed', async () => {
  await Bun.write(join(files, 'cookies.json'), JSON.stringify({ auth_token: 's3cret', ct0: 'csrf', twid: 'u=1' }));
  const settings = ['--label', 'First', '--proxy', 'http://a:pr0xy@proxy.test:80', '--daily-cap', '40'];

  const fromFile = await run(['add', '--file', 'cookies.json', ...settings]);
  const fromInput = await run(['add'], cookiesOf(2));
  const fromArgument = await run(['add', '--json', cookiesOf(3)]);
  const paused = await run(['disable', 'First']);
  const removed = await run(['remove', 'X account 2']);
  const listed = await run(['list']);

  expect(fromFile.stdout).toMatch(/^\S+\tactive\t0\/40\tFirst\n$/);
  expect(fromInput.stdout).toContain('\tX account 2\n');
  expect(JSON.parse(fromArgument.stdout)).toMatchObject({ externalId: '3', dailyCap: 500, proxy: null });
  expect(paused.stdout).toContain('\tpaused\t');
  expect(removed.stdout).toContain('\tremoved\tX account 2\n');
  expect(listed.stdout).toMatch(/^\S+\tpaused\t0\/40\tFirst\n\S+\tactive\t0\/500\tX account 3\n$/);
  expect(JSON.stringify([fromFile, fromInput, fromArgument, listed])).not.toMatch(/s3cret|pr0xy/);
}, 60_000);

test('what is wrong is told in a line or two', async () => {
  const lacking = await run(['add', 'lang=en']);
  const unknown = await run(['reset', 'nobody']);

  expect([lacking.exitCode, unknown.exitCode]).toEqual([1, 1]);
  expect(lacking.stderr).toStartWith('auth_token and ct0 are needed. Neither is here');
  expect(unknown.stderr).toBe('There is no account nobody. See: nexus accounts list\n');
}, 60_000);
