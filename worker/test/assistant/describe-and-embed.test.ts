import { afterAll, beforeAll, expect, test } from 'bun:test';
import { changeItem, createItem, getItem, type Item, retryItem } from '@nexus/shared/archive';
import { type EmbeddingState, getEmbeddingState, queueReembedding } from '@nexus/shared/assistant';
import {
  changeCredential,
  createCredential,
  deleteCredential,
  getUsage,
  type NewCredential,
} from '@nexus/shared/platform';
import type { ModelServer } from '../../../shared/test/loopback/model-server.ts';
import { openaiServer } from '../../../shared/test/loopback/openai.ts';
import { testWorker } from '../running/test-worker.ts';

let nexus: Awaited<ReturnType<typeof testWorker>>;
beforeAll(async () => void (nexus = await testWorker()), 60_000);
afterAll(() => nexus.stop());

const goOn: Parameters<typeof createCredential>[2] = (tx) => queueReembedding(nexus.ctx, tx, nexus.ctx.orgId);

async function connect(kind: 'model' | 'embedder', server: ModelServer, settings: object = {}) {
  const credential: NewCredential = {
    kind,
    adapter: 'openai-compatible',
    label: `House ${kind}`,
    settings: { baseUrl: `${server.url}/v1`, model: 'small', ...settings },
    secret: { apiKey: 'sk-test' },
  };
  const { id } = await createCredential(nexus.ctx, credential, goOn);
  return {
    id,
    [Symbol.asyncDispose]: () => deleteCredential(nexus.ctx, { id }),
  };
}

async function add(text: string): Promise<Item> {
  const { id } = await createItem(nexus.ctx, { source: 'text', text });
  return nexus.rested(id);
}

async function addSubtitles(): Promise<Item> {
  const cues = ['Good morning from Lyon.', 'The bridge is closed until Friday.', 'Please take the other road today.'];
  const vtt = `WEBVTT\n\n${cues.map((text, at) => `00:0${at}.000 --> 00:0${at + 1}.000\n${text}\n`).join('\n')}`;
  const path = await nexus.upload('traffic.vtt', vtt);
  const { id } = await createItem(nexus.ctx, { source: 'file', path, name: 'traffic.vtt' });
  return nexus.rested(id);
}

const described = (more: object = {}) => ({
  kind: 'text' as const,
  text: JSON.stringify({
    title: 'Traffic',
    summary: 'A bridge is closed.',
    tags: ['traffic'],
    language: 'en',
    ...more,
  }),
  inputTokens: 1_000,
  outputTokens: 500,
});

async function untilState(holds: (state: EmbeddingState) => boolean): Promise<EmbeddingState> {
  for (;;) {
    const state = await getEmbeddingState(nexus.ctx);
    if (holds(state)) return state;
    await Bun.sleep(20);
  }
}

const isComplete = ({ embedder, next, doneCount, totalCount, problem }: EmbeddingState): boolean =>
  embedder !== null && next === null && problem === null && doneCount === totalCount;

const kindsOf = (item: Item) => item.insights.map(({ kind, text }) => [kind, text]);

test('what a model found is on the item with its places, and another run replaces it but not what people gave', async () => {
  using server = openaiServer();
  await using _ = await connect('model', server, { inputUsdPerMillion: 2, outputUsdPerMillion: 4 });
  server.reply(
    described({
      points: [{ text: 'The bridge is closed.', at: 's1' }],
      places: [{ name: 'Lyon', at: 's1' }],
      quotes: [
        { text: 'the bridge is closed until friday', at: 's1' },
        { text: 'Nobody ever said this sentence', at: 's1' },
      ],
      people: 'none',
    }),
    described({ people: 'none' }),
  );
  const first = await addSubtitles();
  await changeItem(nexus.ctx, { itemId: first.id, change: { tags: ['mine'] } });
  server.reply(described({ title: 'Other', actions: [{ text: 'Take the other road', until: 'today', at: 's1' }] }));
  await retryItem(nexus.ctx, { itemId: first.id, fromStep: 'enrich' });
  const second = await nexus.rested(first.id);

  expect(first).toMatchObject({ status: 'ready', summaryLong: 'The bridge is closed.', tags: ['traffic'] });
  expect(first.enrichmentGaps).toEqual({ people: expect.stringContaining('another form') });
  expect(kindsOf(first)).toEqual([
    ['point', 'The bridge is closed.'],
    ['place', 'Lyon'],
    ['quote', 'The bridge is closed until Friday.'],
  ]);
  expect(first.insights.find(({ kind }) => kind === 'quote')).toMatchObject({ paragraph: 1, origin: 'model' });
  expect(kindsOf(second)).toEqual([['action', 'Take the other road']]);
  expect(second).toMatchObject({ summaryLong: null, tags: ['mine'], enrichmentGaps: {} });
  expect((await getUsage(nexus.ctx)).byKind).toContainEqual({
    kind: 'enrich',
    adapter: 'openai-compatible:small',
    unit: 'tokens',
    quantity: 4_500,
    costUsd: expect.closeTo(0.012, 6),
  });
});

test('chapters that came with a recording stay, whatever a model finds', async () => {
  using server = openaiServer();
  const item = await addSubtitles();
  await nexus.database.query(
    `insert into chapters (item_id, org_id, position, start_seconds, end_seconds, title, origin) values ($1, $2, 0, 0, 3, 'Its own', 'source')`,
    [item.id, nexus.ctx.orgId],
  );
  await using _ = await connect('model', server);
  server.reply(described({ chapters: [{ title: 'Made', at: 's1' }] }));

  await retryItem(nexus.ctx, { itemId: item.id, fromStep: 'enrich' });

  expect((await nexus.rested(item.id)).chapters).toMatchObject([{ title: 'Its own', origin: 'source' }]);
});

test('a model that asks to wait for hours is not waited for: the offline method describes the item, and it says so', async () => {
  using server = openaiServer();
  await using _ = await connect('model', server);
  server.reply({ kind: 'refuse', status: 429, retryAfterSeconds: 7_200 });

  const item = await add(
    'The bridge over the river is closed. Drivers take the other road. The bridge opens on Friday.',
  );

  expect(item).toMatchObject({ status: 'ready', enrichedBy: 'offline' });
  expect(item.warnings).toEqual([expect.stringContaining('House model was not used')]);
});

test('a model that stays away is tried a few times, and then the offline method describes the item', async () => {
  using server = openaiServer();
  await using _ = await connect('model', server);
  server.reply(...Array.from({ length: 5 }, () => ({ kind: 'refuse' as const, status: 503, retryAfterSeconds: 1 })));

  const item = await add('The ferry over the lake is late. Passengers wait at the pier. The ferry leaves at noon.');

  expect(server.requests).toHaveLength(5);
  expect(item).toMatchObject({ status: 'ready', enrichedBy: 'offline' });
  expect(item.warnings).toEqual([expect.stringContaining('status 503')]);
}, 30_000);

test('the second model describes the item while the first is away', async () => {
  using first = openaiServer();
  using second = openaiServer();
  await using _ = await connect('model', first);
  await using __ = await connect('model', second, { model: 'other' });
  first.reply({ kind: 'reset' });
  second.reply(described());

  const item = await add('The tram is full.');

  expect(item).toMatchObject({
    enrichedBy: 'openai-compatible:other',
    warnings: [expect.stringContaining('House model was not used')],
  });
});

test('an embedder that is away costs a warning, which goes when the vectors are made up for', async () => {
  using server = openaiServer();
  await using _ = await connect('embedder', server);
  await untilState(isComplete);
  server.trouble({ kind: 'refuse', status: 429, retryAfterSeconds: 1 });

  const item = await add('The glacier moves a metre each day.');
  await nexus.restartWorker();
  await untilState(isComplete);

  expect(item).toMatchObject({ status: 'ready', warnings: [expect.stringContaining('Only words can be searched')] });
  expect((await getItem(nexus.ctx, { itemId: item.id })).warnings).toEqual([]);
}, 30_000);

test('a connection that names another model has everything read anew, also by a worker that is started again', async () => {
  using server = openaiServer();
  await using credential = await connect('embedder', server);
  await untilState(isComplete);
  const settings = { baseUrl: `${server.url}/v1`, model: 'large' };
  server.trouble({ kind: 'stall' });

  await changeCredential(nexus.ctx, { id: credential.id, settings }, goOn);
  await server.stalled;
  const before = await getEmbeddingState(nexus.ctx);
  await nexus.restartWorker();
  const after = await untilState((state) => isComplete(state) && state.embedder !== before.embedder);

  expect(before).toMatchObject({ embedder: 'openai-compatible:small', next: 'openai-compatible:large', doneCount: 0 });
  expect(after).toMatchObject({ embedder: 'openai-compatible:large', problem: null });
  expect(after.doneCount).toBe(after.totalCount);
}, 30_000);
