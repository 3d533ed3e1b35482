import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { cancelRun, getRun, listRawAnswers, listRunPosts } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { requeueRuns } from '../../../src/listening/runs/requeue-runs.ts';
import { SHUTDOWN } from '../../../src/platform/handle.ts';
import { LIGHTHOUSE, runHarness } from './run-harness.ts';
import { postOf, scriptedSource } from './scripted-source.ts';

let lights: ReturnType<typeof scriptedSource>;
let feeds: ReturnType<typeof scriptedSource>;
let nexus: Awaited<ReturnType<typeof runHarness>>;

const SOURCES = ['bluesky', 'rss'] as const;
const search = (maxPosts: number, more: object = {}, sources: readonly string[] = ['bluesky']) => ({
  kind: 'search' as const,
  query: LIGHTHOUSE,
  sources: sources.map((source) => ({ source, credentialId: null, settings: {} })),
  maxPosts,
  keepRaw: false,
  ...more,
});
const limited = (seconds: number) => new NexusError('upstream-limited', 'Cooling.', { retryAfterSeconds: seconds });

beforeAll(async () => {
  lights = scriptedSource('bluesky');
  feeds = scriptedSource('rss');
  nexus = await runHarness([lights.source, feeds.source]);
  lights.publish(100);
  feeds.publish(30);
});
afterEach(async () => {
  await nexus.forget();
  lights.asked.length = 0;
});
afterAll(() => nexus.stop());

test('a search reads all pages of all its sources and says that this is all', async () => {
  const runId = await nexus.start(search(1000, {}, SOURCES));

  const run = await nexus.finish(runId);

  expect(run).toMatchObject({ state: 'done', endReason: 'complete', problem: null });
  expect(run.counts).toMatchObject({ pages: 7, found: 130, fresh: 130, dropped: 0 });
  expect(run.sources.map(({ source, found, endReason }) => [source, found, endReason])).toEqual([
    ['bluesky', 100, 'complete'],
    ['rss', 30, 'complete'],
  ]);
  const { posts, nextCursor } = await listRunPosts(nexus.ctx, { runId, limit: 3 });
  expect(posts.map(({ post }) => post.externalId)).toEqual(['99', '98', '97']);
  const further = await listRunPosts(nexus.ctx, { runId, limit: 200, cursor: nextCursor! });
  expect(further.posts).toHaveLength(127);
});

test('a limit gives exactly so many, shared by the sources, and is said', async () => {
  const runId = await nexus.start(search(50, {}, SOURCES));

  const run = await nexus.finish(runId);

  expect(run).toMatchObject({ state: 'done', endReason: 'limit' });
  expect(run.problem?.detail).toContain('The limit of 50 posts is reached');
  expect(run.counts.found).toBe(50);
  expect((await listRunPosts(nexus.ctx, { runId, limit: 200 })).posts).toHaveLength(50);
});

test.each([
  ['the same cursor', () => [{ nextCursor: '80' }, { nextCursor: '80' }]],
  [
    'the same entries',
    () => [
      { nextCursor: 'a', entryIds: ['1'] },
      { nextCursor: 'b', entryIds: ['1'] },
    ],
  ],
  ['three empty pages', () => ['a', 'b', 'c'].map((nextCursor) => ({ hits: [], entryIds: [], nextCursor }))],
])('%s in a row ends a search as stalled, not as complete', async (_, pages) => {
  lights.failNext(...pages());

  const run = await nexus.finish(await nexus.start(search(1000)));

  expect(run).toMatchObject({ state: 'done', endReason: 'stalled' });
  expect(run.problem?.detail).toContain('without saying that this is all');
});

test('a source that is cooling keeps its cursor while the others go on, and the run wakes when it may', async () => {
  lights.failNext({}, limited(600));
  const runId = await nexus.start(search(1000, {}, SOURCES));

  const { outcome, retryAt } = await nexus.once(runId);

  expect(outcome).toBe('waiting');
  expect(await getRun(nexus.ctx, { runId })).toMatchObject({
    state: 'waiting',
    wait: { source: 'bluesky', until: '2026-11-21T12:10:00.000Z', detail: 'Cooling.' },
    sources: [
      { found: 20, state: 'searching' },
      { found: 30, endReason: 'complete' },
    ],
  });
  expect(await requeueRuns(nexus.ports)).toBe(0);
  nexus.clock.now = retryAt!;
  expect(await requeueRuns(nexus.ports)).toBe(1);
  const run = await nexus.finish(runId);
  expect(run).toMatchObject({ state: 'done', endReason: 'complete', wait: null });
  expect(lights.asked.map(({ cursor }) => cursor)).toEqual([null, '80', '80', '60', '40', '20']);
});

test('a source that does not answer is tried a few times, then the run says which one is missing', async () => {
  const down = () => new NexusError('upstream-down', 'Nobody answers.');
  lights.failNext(down(), down(), down(), down(), down());

  const run = await nexus.finish(await nexus.start(search(1000, {}, SOURCES)));

  expect(run).toMatchObject({ state: 'done', endReason: 'blocked', problem: { detail: 'Nobody answers.' } });
  expect(run.sources).toMatchObject([
    { state: 'failed', endReason: 'blocked' },
    { state: 'done', found: 30 },
  ]);
});

test('an answer in an unknown shape ends its source as changed, and what was read before is not passed off as all', async () => {
  lights.failNext({}, new NexusError('upstream-changed', 'X has changed.'));

  const run = await nexus.finish(await nexus.start(search(1000)));

  expect(run).toMatchObject({ state: 'failed', endReason: 'changed', problem: { detail: 'X has changed.' } });
  expect(run.counts.found).toBe(20);
});

test('a source that throws what nobody foresaw stops no other', async () => {
  lights.failNext(...Array.from({ length: 5 }, () => () => Promise.reject(new TypeError('undefined is not a post'))));

  const run = await nexus.finish(await nexus.start(search(1000, {}, SOURCES)));

  expect(run.sources.map(({ endReason }) => endReason)).toEqual(['failed', 'complete']);
});

test('answers are kept as they came when somebody asks for them', async () => {
  const runId = await nexus.start(search(40, { keepRaw: true }));

  await nexus.finish(runId);

  const { answers } = await listRawAnswers(nexus.ctx, { runId, limit: 5 });
  expect(answers.map(({ body, reason }) => [body, reason])).toEqual([
    ['{"cursor":null}', 'asked'],
    ['{"cursor":"80"}', 'asked'],
  ]);
});

test('a campaign stops before a page that would cost more than it may', async () => {
  lights.state.usdPerPost = 0.005;
  const { id: campaignId } = await nexus.campaign({
    maxCostUsd: 0.25,
    sources: [{ source: 'bluesky', credentialId: null, settings: {} }],
  });

  const run = await nexus.finish(await nexus.start({ kind: 'full', campaignId }));

  lights.state.usdPerPost = 0;
  expect(run).toMatchObject({ endReason: 'money-limit', costUsd: 0.2 });
  expect(run.counts.found).toBe(40);
});

test('cancel ends a run that waits at once', async () => {
  lights.failNext(limited(3600));
  const runId = await nexus.start(search(1000));
  await nexus.once(runId);

  const run = await cancelRun(nexus.ctx, { runId });

  expect(run).toMatchObject({ state: 'canceled', endReason: 'canceled', wait: null });
  nexus.clock.now = new Date('2026-11-22T12:00:00Z');
  expect((await nexus.once(runId)).outcome).toBe('not-due');
});

test('cancel breaks off a request that is under way', async () => {
  const underWay = Promise.withResolvers<void>();
  lights.failNext({}, (signal) => {
    underWay.resolve();
    return new Promise((_, fail) =>
      signal.addEventListener('abort', () => fail(new NexusError('canceled', 'Broken off'))),
    );
  });
  const runId = await nexus.start(search(1000));
  const advancing = nexus.once(runId);
  await underWay.promise;

  const asked = await cancelRun(nexus.ctx, { runId });
  const { outcome } = await advancing;

  expect(asked.isCanceling).toBe(true);
  expect(outcome).toBe('canceled');
  expect(await getRun(nexus.ctx, { runId })).toMatchObject({
    state: 'canceled',
    isCanceling: false,
    counts: { found: 20 },
  });
});

test('a worker that stops hands its run back where it stands', async () => {
  const stopping = new AbortController();
  lights.failNext({}, (signal) => {
    stopping.abort(SHUTDOWN);
    return Promise.reject(signal.reason);
  });
  const runId = await nexus.start(search(1000));

  const { outcome } = await nexus.once(runId, { signal: stopping.signal });

  expect(outcome).toBe('handed-back');
  expect(await getRun(nexus.ctx, { runId })).toMatchObject({ state: 'queued', counts: { found: 20 } });
  expect((await nexus.finish(runId)).counts.found).toBe(100);
});

test('a crash between any two statements loses no post and doubles none', async () => {
  let crashes = 0;
  for (let transactions = 1; ; transactions++) {
    await nexus.forget();
    const runId = await nexus.start(search(1000, {}, ['rss']));
    const crashing = { ...nexus.ports, db: failingAfter(nexus.ports.db, transactions) };
    const outcome = await nexus.once(runId, { ports: crashing }).catch(() => ({ outcome: 'crashed' }));
    if (outcome.outcome === 'complete') break;
    crashes++;
    await nexus.dropLeases();

    const run = await nexus.finish(runId);

    expect(run).toMatchObject({ endReason: 'complete', counts: { found: 30, fresh: 30, pages: 2 } });
    expect(await nexus.externalIds()).toHaveLength(30);
  }
  expect(crashes).toBeGreaterThan(5);
}, 120_000);

test('a post that is met again is one row with its new counts, its old words, and no longer deleted', async () => {
  await nexus.finish(await nexus.start(search(1000)));
  await nexus.ports.db
    .transaction()
    .execute((tx) => tx.updateTable('posts').set({ deleted_at: new Date() }).where('external_id', '=', '99').execute());
  const edited = postOf(99, 'bluesky', {
    text: 'The lighthouse keeper has thought better of it',
    engagement: { likes: 77, replies: null, reposts: null, quotes: null, views: 5 },
  });
  lights.failNext({ hits: [edited, edited], nextCursor: null });

  const runId = await nexus.start(search(1000));
  const run = await nexus.finish(runId);

  expect(run.counts).toMatchObject({ found: 1, fresh: 0 });
  const [found] = (await listRunPosts(nexus.ctx, { runId, limit: 5 })).posts;
  expect(found?.post).toMatchObject({
    text: edited.text,
    engagement: { likes: 77, replies: 0, views: 5 },
    deletedAt: null,
    editedAt: '2026-11-21T12:00:00.000Z',
  });
  const versions = await nexus.ports.db
    .transaction()
    .execute((tx) => tx.selectFrom('post_versions').select('text').where('post_id', '=', found!.post.id).execute());
  expect(versions).toEqual([{ text: postOf(99).text }]);
});

/** A database that is gone after so many transactions, as for a process that is killed. */
function failingAfter(db: typeof nexus.ports.db, transactions: number): typeof db {
  let begun = 0;
  return {
    transaction: () => ({
      execute: (work) =>
        ++begun > transactions ? Promise.reject(new Error('killed')) : db.transaction().execute(work),
    }),
  };
}
