import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { createCredential, deleteCredential } from '@nexus/shared/platform';
import { createItem } from '@nexus/shared/archive';
import { scoresAll, shownPosts } from '../../../shared/test/listening/judging/judging-task.ts';
import type { ModelServer, Reply, SeenRequest } from '../../../shared/test/loopback/model-server.ts';
import { openaiServer } from '../../../shared/test/loopback/openai.ts';
import { judgeStage } from '../../src/listening/judging/judge-stage.ts';
import { advance } from '../../src/listening/runs/advance-run.ts';
import { storePosts } from '../../src/listening/runs/store-posts.ts';
import { testWorker } from '../running/test-worker.ts';
import { coffeeSpec, foundPost, runThatFound } from './judged-run.ts';

let nexus: Awaited<ReturnType<typeof testWorker>>;
let server: ModelServer;
let connections: string[] = [];
beforeAll(async () => {
  nexus = await testWorker();
  server = openaiServer();
});
afterEach(async () => {
  for (const id of connections) await deleteCredential(nexus.ctx, { id });
  connections = [];
  server.requests.length = 0;
});
afterAll(async () => {
  await server.stop();
  await nexus.stop();
});

async function connect(settings: object = {}): Promise<void> {
  const { id } = await createCredential(nexus.ctx, {
    kind: 'model',
    adapter: 'openai-compatible',
    label: 'Loopback',
    secret: { apiKey: 'sk-test' },
    settings: {
      baseUrl: `${server.url}/v1`,
      model: 'loopback',
      inputCharacters: 200_000,
      inputUsdPerMillion: 1_000,
      outputUsdPerMillion: 5_000,
      ...settings,
    },
  });
  connections.push(id);
}

type Found = Awaited<ReturnType<typeof runThatFound>>;
const io = () => ({ signal: new AbortController().signal, log: { set: () => undefined } });
const judge = ({ orgId, runId }: Found) => advance({ orgId, runId }, nexus.ports, io(), [judgeStage]);

const query = <Row>(
  read: (tx: Parameters<Parameters<ReturnType<typeof nexus.ports.db.transaction>['execute']>[0]>[0]) => Promise<Row>,
) => nexus.ports.db.transaction().execute(read);
const analysesOf = ({ campaignId }: Found) =>
  query((tx) => tx.selectFrom('analyses').selectAll().where('campaign_id', '=', campaignId).execute());
const runOf = ({ runId }: Found) =>
  query((tx) => tx.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirstOrThrow());
const statesOf = async ({ campaignId }: Found) => {
  const rows = await query((tx) =>
    tx.selectFrom('matches').select('state').where('campaign_id', '=', campaignId).execute(),
  );
  return rows.map(({ state }) => state).toSorted();
};

/** Scores by the number in a post's text; reads with one reply. */
const model =
  (reply: object = { text: 'Have a look at ours.', citations: [] }) =>
  (request: SeenRequest): Reply => {
    if (!request.system!.startsWith('You read one post'))
      return scoresAll(({ text }) => ({ relevance: Number(/\d+/.exec(text)?.[0] ?? 0) }))(request);
    const answer = { relevance: 88, reason: 'Read.', intent: 'question', sentiment: 0, urgency: 40, replies: [reply] };
    return { kind: 'text', text: JSON.stringify(answer), inputTokens: 500, outputTokens: 100 };
  };

test('posts are scored in batches, the best are read, and all of it is counted and paid for', async () => {
  await connect();
  server.replyBy(model());
  const run = await runThatFound(
    nexus,
    Array.from({ length: 45 }, (_, index) =>
      foundPost(`espresso ${index < 2 ? 90 : index === 2 ? 50 : 10} of ${index}`),
    ),
  );

  const outcome = await judge(run);

  const row = await runOf(run);
  expect(outcome.outcome).toBe('complete');
  expect(row.counts).toMatchObject({ toJudge: 45, scored: 45, read: 3, modelCalls: 6, dropped: 0 });
  // Three batches at 1,000 and 200 tokens, three posts at 500 and 100.
  expect(Number(row.cost_usd)).toBeCloseTo(3 * 2 + 3 * 1, 6);
  expect(await statesOf(run)).toEqual([...Array(3).fill('read'), ...Array(42).fill('scored')]);
  const analyses = await analysesOf(run);
  expect(analyses).toHaveLength(45);
  expect(analyses.find(({ depth }) => depth === 'read')).toMatchObject({
    relevance: 88,
    judged_by: 'openai-compatible:loopback',
    replies: [{ text: 'Have a look at ours.', citations: [] }],
  });
  const used = await query((tx) =>
    tx
      .selectFrom('usage_events')
      .select(['kind', 'quantity', 'subject_kind'])
      .where('subject_id', '=', run.runId)
      .execute(),
  );
  expect(used).toHaveLength(6);
  expect(used[0]).toMatchObject({ kind: 'judge', subject_kind: 'run' });
});

test('without a model posts are judged by words, and nothing is read or paid', async () => {
  const run = await runThatFound(nexus, [foundPost('Looking for an espresso machine'), foundPost('espresso 🤷')]);

  await judge(run);

  const analyses = await analysesOf(run);
  expect(analyses.map(({ judged_by, depth }) => [judged_by, depth])).toEqual([
    ['offline', 'scored'],
    ['offline', 'scored'],
  ]);
  expect((await runOf(run)).counts).toMatchObject({ toJudge: 2, scored: 2, read: 0, modelCalls: 0 });
});

test('a model that refuses is passed over, and what is judged by words says why', async () => {
  await connect();
  server.replyBy(() => ({ kind: 'refuse', status: 401 }));
  const run = await runThatFound(
    nexus,
    Array.from({ length: 25 }, (_, index) => foundPost(`espresso ${index}`)),
  );

  await judge(run);

  const analyses = await analysesOf(run);
  expect(analyses).toHaveLength(25);
  expect(analyses.every(({ judged_by }) => judged_by === 'offline')).toBe(true);
  expect(analyses.some(({ reason }) => reason.includes('was not used'))).toBe(true);
});

test('one batch that a model refuses is judged by words, and the others are not', async () => {
  await connect();
  let refused = 0;
  server.replyBy((request) => {
    const isHostile = request.turns[0]!.text.includes('unspeakable');
    if (isHostile) refused += 1;
    return isHostile ? { kind: 'refuse', status: 400 } : model()(request);
  });
  const hostile = foundPost('espresso, unspeakable');
  const run = await runThatFound(nexus, [
    hostile,
    ...Array.from({ length: 59 }, (_, index) => foundPost(`espresso 10 of ${index}`)),
  ]);

  await judge(run);

  const offline = (await analysesOf(run)).filter(({ judged_by }) => judged_by === 'offline');
  expect(refused).toBeGreaterThan(0);
  expect(offline.length).toBeGreaterThanOrEqual(1);
  expect(offline.length).toBeLessThanOrEqual(20);
  expect(offline.map(({ post_id }) => post_id)).toContain(run.postIds[0]!);
});

test('a model that is down makes the run wait, and what was judged before stays', async () => {
  await connect();
  let answered = 0;
  server.replyBy((request) => (answered++ === 0 ? model()(request) : { kind: 'refuse', status: 503 }));
  const run = await runThatFound(
    nexus,
    Array.from({ length: 60 }, (_, index) => foundPost(`espresso 10 of ${index}`)),
  );

  const first = await judge(run);
  const scored = (await runOf(run)).counts as { scored: number; toJudge: number };
  await query((tx) => tx.updateTable('runs').set({ wait: null }).where('id', '=', run.runId).execute());
  server.replyBy(model());
  const second = await judge(run);

  expect(first).toMatchObject({ outcome: 'waiting', code: 'upstream-down' });
  expect([0, 20]).toContain(scored.scored);
  expect(second.outcome).toBe('complete');
  expect((await runOf(run)).counts).toMatchObject({ toJudge: 60, scored: 60 });
  expect(await analysesOf(run)).toHaveLength(60);
});

test('no request is made once the money is spent; the campaign’s next run judges what is left, by its rules', async () => {
  await connect();
  server.replyBy(model());
  const posts = Array.from({ length: 100 }, (_, index) =>
    foundPost(`espresso 10 of ${index}${index % 2 === 0 ? ' spamword' : ''}`),
  );
  const run = await runThatFound(nexus, posts, { spec: coffeeSpec({ maxCostUsd: 1 }) });

  const { outcome } = await judge(run);
  const left = (await statesOf(run)).filter((state) => state === 'found').length;
  const requests = server.requests.length;
  const { query: asked } = coffeeSpec();
  const spec = coffeeSpec({ query: { ...asked, exclude: ['spamword'] } });
  const next = await runThatFound(nexus, [], { spec, campaignId: run.campaignId });
  await judge(next);

  expect(outcome).toBe('money-limit');
  // Requests in the air at that moment are not called back.
  expect(requests).toBeLessThanOrEqual(3);
  expect(left).toBeGreaterThanOrEqual(40);
  const states = await statesOf(run);
  expect(states.filter((state) => state === 'found')).toEqual([]);
  const dropped = states.filter((state) => state === 'dropped').length;
  expect(dropped).toBeGreaterThan(0);
  expect((await runOf(next)).counts).toMatchObject({
    toJudge: left - dropped,
    scored: left - dropped,
    droppedBy: { 'excluded-word': dropped },
  });
});

test('a worker killed between any two writes loses nothing and counts nothing twice', async () => {
  await connect();
  server.replyBy(model());
  const run = await runThatFound(
    nexus,
    Array.from({ length: 50 }, (_, index) => foundPost(`espresso ${index === 0 ? 90 : 10} of ${index}`)),
  );
  let commits = 0;
  const dying: typeof judgeStage = {
    ...judgeStage,
    step: (stageIo) =>
      judgeStage.step({
        ...stageIo,
        // Every second unit's process is gone before its rows are there.
        commit: (write) =>
          stageIo.commit(async (tx) => {
            const done = await write(tx);
            if (++commits % 2 === 0) throw new Error('killed');
            return done;
          }),
      }),
  };

  let outcome = '';
  for (let turn = 0; outcome !== 'complete' && turn < 40; turn++) {
    await query((tx) => tx.updateTable('runs').set({ wait: null, failures: 0 }).where('id', '=', run.runId).execute());
    ({ outcome } = await advance({ orgId: run.orgId, runId: run.runId }, nexus.ports, io(), [dying]));
  }

  expect(outcome).toBe('complete');
  expect((await runOf(run)).counts).toMatchObject({ toJudge: 50, scored: 50, read: 1 });
  expect(await analysesOf(run)).toHaveLength(50);
  const used = await query((tx) =>
    tx.selectFrom('usage_events').select('cost_usd').where('subject_id', '=', run.runId).execute(),
  );
  const spent = used.reduce((sum, { cost_usd }) => sum + Number(cost_usd), 0);
  expect(Number((await runOf(run)).cost_usd)).toBeCloseTo(spent, 6);
});

test('a post is read with its conversation and the archive, and its reply cites an item that is there', async () => {
  const text =
    'Descaling. The boiler of an espresso machine is descaled every three months, or the pump fails within two years.';
  const item = await createItem(nexus.ctx, { source: 'text', text, name: 'descaling.txt', title: 'Descaling guide' });
  await nexus.rested(item.id);
  await connect();
  server.replyBy(model({ text: 'Descale it.', citations: [{ passage: 1, quote: 'descaled every three months' }] }));
  const root = foundPost('My espresso machine makes noise', { externalId: 'root', conversationExternalId: 'root' });
  const reply = foundPost('How often is the boiler of an espresso machine descaled, 95?', {
    externalId: 'reply',
    conversationExternalId: 'root',
    replyToExternalId: 'root',
  });
  const ours = foundPost('Which one is it?', {
    externalId: 'ours',
    conversationExternalId: 'root',
    replyToExternalId: 'reply',
    author: { ...root.author, externalId: 'author-2', handle: 'Brewly' },
  });
  const run = await runThatFound(nexus, [reply]);
  await query((tx) => storePosts(tx, run.orgId, [root, ours], new Date()));

  await judge(run);

  const scoring = shownPosts(server.requests[0]!)[0]!;
  expect(scoring.answers).toBe('My espresso machine makes noise');
  const reading = server.requests.find(({ system }) => system!.startsWith('You read one post'))!.turns[0]!.text;
  expect(reading).toMatch(/WHAT IT ANSWERS\n.*makes noise/);
  expect(reading).toMatch(/ANSWERS SO FAR\n.*"ours":true/);
  expect((await analysesOf(run))[0]!.replies).toEqual([
    {
      text: 'Descale it.',
      citations: [
        { itemId: item.id, title: 'Descaling guide', quote: 'descaled every three months', startSeconds: null },
      ],
    },
  ]);
});
