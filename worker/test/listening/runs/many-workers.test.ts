import { afterAll, beforeAll, expect, test } from 'bun:test';
import { kyselyOnPostgres, type NativePostgres, nativePostgres } from '@nexus/embedded/testing';
import { RunSpec } from '@nexus/shared/listening';
import { databaseAs, type DB } from '@nexus/shared/platform';
import type { Kysely } from 'kysely';
import { advance } from '../../../src/listening/runs/advance-run.ts';
import { searchStage } from '../../../src/listening/runs/search-stage.ts';
import { startDueCampaigns } from '../../../src/listening/runs/start-due-campaigns.ts';
import type { WorkerPorts } from '../../../src/platform/ports.ts';
import { LIGHTHOUSE } from './run-harness.ts';
import { scriptedSource } from './scripted-source.ts';

const WORKERS = 6;
let postgres: NativePostgres;
let kysely: Kysely<DB>;
beforeAll(async () => {
  postgres = await nativePostgres();
  kysely = kyselyOnPostgres<DB>(postgres.url, WORKERS * 2);
}, 60_000);
afterAll(async () => {
  await kysely.destroy();
  await postgres.stop();
});

const spec = RunSpec.parse({
  query: LIGHTHOUSE,
  brief: {},
  sources: [{ source: 'bluesky' }],
  maxPosts: 1000,
  maxCostUsd: null,
  threshold: 60,
});

async function organisation(): Promise<string> {
  const orgId = crypto.randomUUID();
  await kysely.insertInto('orgs').values({ id: orgId, name: 'Many' }).execute();
  return orgId;
}

/** As many workers as one likes, on one database; what they queue is not looked at. */
function portsOf(source: ReturnType<typeof scriptedSource>['source']): WorkerPorts {
  const unused = () => Promise.reject(new Error('Runs need no such port'));
  return {
    db: databaseAs(kysely, { role: 'service_role' }),
    queue: { send: () => Promise.resolve(null) },
    storage: { signUpload: unused, signDownload: unused, stat: unused, put: unused, removeAll: unused },
    media: { openLocal: unused, put: unused },
    vault: { seal: unused, open: unused },
    http: { download: unused, get: unused, send: unused, connect: unused, openProxy: unused },
    keys: {},
    log: () => undefined,
    now: () => new Date(),
    workDirectory: '/nowhere',
    modelsDirectory: '/nowhere',
    sources: [source],
  };
}

const io = () => ({ signal: new AbortController().signal, log: { set: () => undefined } });

test('of several workers that are given one run, one does it', async () => {
  const orgId = await organisation();
  const lights = scriptedSource();
  lights.publish(100);
  const { id: runId } = await kysely
    .insertInto('runs')
    .values({ org_id: orgId, kind: 'search', spec: JSON.stringify(spec) })
    .returning('id')
    .executeTakeFirstOrThrow();
  const ports = portsOf(lights.source);

  const outcomes = await Promise.all(
    Array.from({ length: WORKERS }, () => advance({ orgId, runId }, ports, io(), [searchStage])),
  );

  expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual([
    'complete',
    ...Array.from({ length: WORKERS - 1 }, () => 'not-due'),
  ]);
  expect(lights.asked).toHaveLength(5);
});

test('runs that meet the same posts at the same time store each once, and none fails over another', async () => {
  const orgId = await organisation();
  const lights = scriptedSource();
  lights.publish(100);
  const ports = portsOf(lights.source);
  const runs = await kysely
    .insertInto('runs')
    .values(Array.from({ length: WORKERS }, () => ({ org_id: orgId, kind: 'search', spec: JSON.stringify(spec) })))
    .returning('id')
    .execute();

  const outcomes = await Promise.all(runs.map(({ id }) => advance({ orgId, runId: id }, ports, io(), [searchStage])));

  expect(outcomes).toEqual(runs.map(() => ({ outcome: 'complete' })));
  const posts = await kysely.selectFrom('posts').select('id').where('org_id', '=', orgId).execute();
  const counts = await kysely.selectFrom('runs').select('counts').where('org_id', '=', orgId).execute();
  expect(posts).toHaveLength(100);
  const fresh = counts.map((row) => (row.counts as { fresh: number }).fresh);
  expect(fresh.reduce((sum, count) => sum + count, 0)).toBe(100);
});

test('of several workers that look at the clock at once, a due campaign is started by one', async () => {
  const orgId = await organisation();
  const due = Array.from({ length: 10 }, (_, number) => ({
    org_id: orgId,
    name: `Campaign ${number}`,
    query: JSON.stringify(LIGHTHOUSE),
    sources: JSON.stringify(spec.sources),
    cron: '0 * * * *',
    next_run_at: new Date(Date.now() - 60_000),
  }));
  await kysely.insertInto('campaigns').values(due).execute();
  const ports = portsOf(scriptedSource().source);

  const answers = await Promise.all(Array.from({ length: WORKERS }, () => startDueCampaigns(ports)));

  expect(answers.reduce((sum, { started }) => sum + started, 0)).toBe(10);
  expect(answers.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(0);
  const runs = await kysely.selectFrom('runs').select('campaign_id').where('org_id', '=', orgId).execute();
  expect(new Set(runs.map(({ campaign_id }) => campaign_id)).size).toBe(10);
  expect(runs).toHaveLength(10);
});
