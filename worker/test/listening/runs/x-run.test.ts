import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createAccount, getRun, listRawAnswers, NewAccount } from '@nexus/shared/listening';
import { xServer, type XServer } from '../../loopback/x-server.ts';
import { makePosts } from '../../loopback/x-posts.ts';
import { QUICK_PROTOCOL } from '../../loopback/x-world.ts';
import { x } from '../../../src/listening/sources/x/index.ts';
import { createHttp } from '../../../src/platform/http.ts';
import { LIGHTHOUSE, runHarness } from './run-harness.ts';

const POSTS = makePosts(90, { text: (n) => `Lighthouse ${n} is lit`, quoteEvery: 0 });
let nexus: Awaited<ReturnType<typeof runHarness>>;
let server: XServer;

beforeAll(async () => {
  nexus = await runHarness([x]);
  server = await xServer({ posts: POSTS, window: { requests: 2, seconds: 900 }, now: () => nexus.clock.now });
  nexus.ports.http = createHttp({ allowPrivate: [server.host] });
  await nexus.ports.db.transaction().execute((tx) =>
    tx
      .insertInto('source_protocols')
      .values({ source: 'x', version: QUICK_PROTOCOL.version, data: JSON.stringify(QUICK_PROTOCOL) })
      .execute(),
  );
});
afterAll(async () => {
  await nexus.stop();
  await server[Symbol.asyncDispose]();
});

const search = () =>
  nexus.start({
    kind: 'search',
    query: LIGHTHOUSE,
    sources: [{ source: 'x', credentialId: null, settings: { baseUrl: server.origin } }],
    maxPosts: 1000,
    keepRaw: false,
  });

test('without an account a run of X ends at once and says what is missing', async () => {
  const run = await nexus.finish(await search());

  expect(run).toMatchObject({ state: 'failed', endReason: 'no-account' });
  expect(run.problem?.detail).not.toBe('');
});

test('a run of X waits until its accounts have cooled, says until when, and finds every post once', async () => {
  for (const number of [1, 2])
    await createAccount(
      nexus.ctx,
      NewAccount.parse({
        label: `account ${number}`,
        cookies: `auth_token=token${number}; ct0=csrf${number}; twid=u%3D${number}`,
      }),
    );
  const runId = await search();

  const { outcome } = await nexus.once(runId);

  const waiting = await getRun(nexus.ctx, { runId });
  expect([outcome, waiting.state, waiting.wait?.source, waiting.counts.found]).toEqual(['waiting', 'waiting', 'x', 80]);
  expect(new Date(waiting.wait!.until).getTime()).toBeGreaterThan(nexus.clock.now.getTime());
  const run = await nexus.finish(runId);
  expect(run).toMatchObject({ state: 'done', endReason: 'complete', counts: { found: 90 } });
  expect((await nexus.externalIds()).toSorted()).toEqual(POSTS.map(({ id }) => id).toSorted());
});

test('an answer of X that cannot be read is kept, and the run ends saying that X has changed', async () => {
  nexus.clock.now = new Date(nexus.clock.now.getTime() + 3_600_000);
  server.fail('changed-shape');
  const runId = await search();

  const run = await nexus.finish(runId);

  server.recover();
  expect(run).toMatchObject({ state: 'failed', endReason: 'changed', counts: { found: 0 } });
  const { answers } = await listRawAnswers(nexus.ctx, { runId, limit: 5 });
  expect(answers.map(({ reason, source }) => [reason, source])).toEqual([['changed', 'x']]);
  expect(answers[0]!.body).not.toBe('');
});
