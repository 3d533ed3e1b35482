import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import {
  createAccount,
  createCampaign,
  getProtocol,
  NewAccount,
  NewCampaign,
  requestRefresh,
} from '@nexus/shared/listening';
import { createHttp } from '../../../src/platform/http.ts';
import { checkProtocol } from '../../../src/listening/sources/x/check-protocol.ts';
import { currentProtocol } from '../../../src/listening/sources/x/current-protocol.ts';
import { findOperations } from '../../../src/listening/sources/x/find-operations.ts';
import refreshProtocol from '../../../src/listening/sources/x/refresh-protocol.ts';
import { SHIPPED_PROTOCOL } from '../../../src/listening/sources/x/shipped-protocol.ts';
import { readStoredProtocol } from '../../../src/listening/sources/read-stored-protocol.ts';
import type { WorkerPorts } from '../../../src/platform/ports.ts';
import { makePosts } from '../../loopback/x-posts.ts';
import { type XServer, xServer } from '../../loopback/x-server.ts';
import { testWorker } from '../../running/test-worker.ts';

let worker: Awaited<ReturnType<typeof testWorker>>;
let server: XServer;
let ports: WorkerPorts;
let hours = 0;

const never = new AbortController().signal;
/** The next hour of the clock. */
function later(): WorkerPorts {
  const at = new Date(Date.now() + ++hours * 3_600_000);
  return { ...ports, now: () => at };
}
const stored = () => readStoredProtocol(ports.db, 'x');

beforeAll(async () => {
  worker = await testWorker();
  await worker.stopWorker();
  server = await xServer({
    window: { requests: 1000, seconds: 900 },
    now: () => new Date(Date.now() + hours * 3_600_000),
  });
  ports = { ...worker.ports, http: createHttp({ allowPrivate: [server.host] }) };
});
afterEach(async () => {
  server.recover();
  await ports.db.transaction().execute((tx) => tx.deleteFrom('source_protocols').execute());
});
afterAll(async () => {
  await worker.stop();
  await server[Symbol.asyncDispose]();
});

test('nobody is asked while nobody searches X', async () => {
  await checkProtocol(later());

  expect(server.calls).toEqual([]);
  expect(await getProtocol(worker.ctx)).toMatchObject({ version: null, state: 'unchecked' });
});

test('a canary tells that X has changed, and that it can be read again', async () => {
  await searchX();
  await checkProtocol(later());
  expect(await getProtocol(worker.ctx)).toMatchObject({
    version: SHIPPED_PROTOCOL.version,
    state: 'good',
    problem: null,
  });

  server.fail('changed-fields');
  await checkProtocol(later());
  expect(await getProtocol(worker.ctx)).toMatchObject({
    state: 'changed',
    problem: { code: 'upstream-changed', detail: expect.stringMatching(/^X has changed/) },
    checkedAt: expect.any(String),
  });

  server.recover();
  await checkProtocol(later());
  expect(await getProtocol(worker.ctx)).toMatchObject({ state: 'good', problem: null });

  for (const { id } of server.posts()) server.remove(id);
  await checkProtocol(later());
  expect(await getProtocol(worker.ctx)).toMatchObject({
    state: 'changed',
    problem: { detail: expect.stringContaining('finds nothing where there always is something') },
  });
  server.add(...makePosts(20, { from: new Date(Date.now() + 60_000) }));
});

test('several workers ask once an hour, and trouble that passes changes nothing', async () => {
  const now = later();
  await checkProtocol(now);
  const asked = server.calls.length;
  await Promise.all([checkProtocol(now), checkProtocol(now)]);
  expect(server.calls.length).toBe(asked);

  server.fail('blocked');
  await checkProtocol(later());

  expect(await getProtocol(worker.ctx)).toMatchObject({ state: 'good', problem: null });
});

test('a refresh finds new ids and features in X’s own scripts, and searches go on with them', async () => {
  server.rename('SearchTimeline', 'newSearchId0123456789-');
  server.rename('TweetDetail', 'newDetailId0123456789_');
  server.requireFeatures('rweb_brand_new_enabled');

  await refreshProtocol.run({ orgId: worker.ctx.orgId }, later(), { signal: never, log: { set: () => undefined } });

  const protocol = currentProtocol(await stored());
  expect(protocol.version).toBeGreaterThan(SHIPPED_PROTOCOL.version);
  expect(protocol.operations.SearchTimeline.id).toBe('newSearchId0123456789-');
  expect(protocol.operations.TweetDetail.id).toBe('newDetailId0123456789_');
  expect(protocol.features.rweb_brand_new_enabled).toBe(true);
  expect(await getProtocol(worker.ctx)).toMatchObject({ version: protocol.version, state: 'good' });

  await refreshProtocol.run({ orgId: worker.ctx.orgId }, later(), { signal: never, log: { set: () => undefined } });
  expect(currentProtocol(await stored()).version).toBe(protocol.version);
});

test('a web app that cannot be read leaves everything as it was', async () => {
  const unreachable = { ...later(), http: createHttp() };

  const refresh = refreshProtocol.run({ orgId: worker.ctx.orgId }, unreachable, {
    signal: never,
    log: { set: () => undefined },
  });

  await expect(refresh).rejects.toMatchObject({ code: 'address-refused' });
  expect(currentProtocol(await stored())).toEqual(SHIPPED_PROTOCOL);
  expect(await getProtocol(worker.ctx)).toMatchObject({ state: 'unchecked', problem: { code: 'address-refused' } });
});

test('only owners and admins have it read anew', async () => {
  const actor = { ...worker.ctx.actor, role: 'member' as const, scopes: new Set(['listening:write'] as const) };

  await expect(requestRefresh({ ...worker.ctx, actor })).rejects.toMatchObject({ code: 'forbidden' });
});

test('operations are found in both ways in which X’s bundles write them', () => {
  const { ids, features } = findOperations([
    'x={queryId:"AAAAAAAAAAAAAAAAAAAAAA",operationName:"Other",operationType:"query"},y={queryId:"BBBBBBBBBBBBBBBBBBBBBB",operationName:"SearchTimeline",operationType:"query",metadata:{featureSwitches:["one_enabled","two_enabled"],fieldToggles:["z"]}}',
    'params:{id:"CCCCCCCCCCCCCCCCCCCCCC",metadata:{live:{}},name:"TweetDetail",operationKind:"query",text:null}',
  ]);

  expect([...ids]).toEqual([
    ['SearchTimeline', 'BBBBBBBBBBBBBBBBBBBBBB'],
    ['TweetDetail', 'CCCCCCCCCCCCCCCCCCCCCC'],
  ]);
  expect([...features]).toEqual(['one_enabled', 'two_enabled']);
});

/** An account and a campaign, as somebody has who is to be told. */
async function searchX(): Promise<void> {
  await createAccount(worker.ctx, NewAccount.parse({ cookies: `auth_token=${'a'.repeat(40)}; ct0=${'b'.repeat(32)}` }));
  await createCampaign(
    worker.ctx,
    NewCampaign.parse({
      name: 'Harbour',
      query: { keywords: ['harbour'] },
      sources: [{ source: 'x', settings: { baseUrl: server.origin } }],
    }),
  );
}
