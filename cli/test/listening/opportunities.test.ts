import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '@nexus/edge-functions';
import { seedOpportunity } from '../../../edge-functions/test/listening/seed-opportunity.ts';
import { type RunningApi, runningApi } from '../../../edge-functions/test/running-api.ts';
import { runNexus } from '../running/start-nexus.ts';

let api: RunningApi;
let server: ReturnType<typeof Bun.serve>;
let home: string;
let environment: Record<string, string>;
let id: string;

beforeAll(async () => {
  api = await runningApi();
  const app = createApp(api.ports);
  server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => app.fetch(request, { remoteAddress: '127.0.0.1' }),
  });
  home = await mkdtemp(join(tmpdir(), 'nexus-opportunities-'));
  const { token, orgId } = await api.founder();
  id = await seedOpportunity(api.kysely, orgId);
  const { body } = await api.call('/keys', {
    token,
    body: { name: 'CLI', scopes: ['listening:read', 'listening:write'] },
  });
  environment = { NEXUS_URL: `http://127.0.0.1:${server.port}`, NEXUS_API_KEY: body.key, XDG_CONFIG_HOME: home };
}, 60_000);
afterAll(async () => {
  await server.stop(true);
  await api.close();
  await rm(home, { recursive: true, force: true });
});

const run = (...args: string[]) => runNexus(['opportunities', ...args], environment, home);

test('the inbox is listed, read, noted and worked off from a terminal', async () => {
  const listed = await run('list');
  const noted = await run('note', id, 'Ask her again.');
  const snoozed = await run('snooze', id, '--hours', '2');
  const dismissed = await run('dismiss', id, '--reason', 'Not for us');
  const shown = await run('show', id);

  expect(listed.stdout).toMatch(new RegExp(`^${id}\\t[\\d.]+\\tnew\\t@\\?\\tWhen\\?\\n$`));
  expect(noted.stdout).toMatch(/^[\da-f-]{36}\n$/);
  expect(snoozed.stdout).toContain('\tsnoozed\t');
  expect(dismissed.stdout).toContain('\tdismissed\t');
  expect(shown.stdout).toContain('Relevance 90 (offline): Asks');
  expect(shown.stdout).toContain('Ask her again.');
}, 60_000);

test('what is wrong is told in a line', async () => {
  const unknown = await run('done', crypto.randomUUID());
  const never = await run('snooze', id, '--hours', 'soon');

  expect(unknown.stderr).toContain('There is no such opportunity');
  expect(never.stderr).toContain('Give hours');
}, 60_000);
