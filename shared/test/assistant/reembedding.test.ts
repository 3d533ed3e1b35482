import { afterAll, beforeAll, expect, test } from 'bun:test';
import { embedItem } from '../../src/assistant/embed-item.ts';
import { openEmbedder } from '../../src/assistant/embedders/index.ts';
import { indexItem } from '../../src/assistant/index-item.ts';
import { chooseServing, embedMissing, getEmbeddingState, readIndex } from '../../src/assistant/reembedding/index.ts';
import { searchPassages } from '../../src/assistant/search-passages.ts';
import type { Connection } from '../../src/platform/index.ts';
import type { ModelServer } from '../loopback/model-server.ts';
import { openaiServer } from '../loopback/openai.ts';
import { type Library, openLibrary, type Organisation } from './library.ts';

let library: Library;
beforeAll(async () => void (library = await openLibrary()));
afterAll(() => library[Symbol.asyncDispose]());

const connect = (server: ModelServer, model: string, settings: object = {}): Connection => ({
  id: '00000000-0000-4000-8000-000000000001',
  adapter: 'openai-compatible',
  label: model,
  settings: { baseUrl: `${server.url}/v1`, model, ...settings },
  credentials: {},
});

/** So many passages; more than 64 take two rounds. */
async function fill(org: Organisation, passages: 8 | 80 = 8): Promise<string[]> {
  const items: string[] = [];
  for (let item = 0; item < 4; item++) {
    const segments = Array.from({ length: passages / 4 }, (_, n) => ({
      text: `Hive ${item}-${n}. ${'honey '.repeat(190)}`,
    }));
    items.push(await org.addItem({ title: `Talk ${item}`, segments }));
    await indexItem(org.worker, { itemId: items[item]! });
  }
  return items;
}

const serving = async (org: Organisation, connections: Connection[]) =>
  chooseServing(connections, await library.kysely.transaction().execute((tx) => readIndex(tx, org.orgId)));

const embeddersOf = async (org: Organisation) =>
  (
    await library.kysely
      .selectFrom('chunk_embeddings')
      .select('embedder')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('org_id', '=', org.orgId)
      .groupBy('embedder')
      .orderBy('embedder')
      .execute()
  ).map(({ embedder, count }) => [embedder, Number(count)]);

test('the old vectors serve until the new ones are complete, whatever stops the work in between', async () => {
  const org = await library.foundOrg();
  using server = openaiServer();
  const [before, now] = [connect(server, 'old'), connect(server, 'new')];
  await fill(org, 80);
  await embedMissing(org.worker, { connection: before });
  const { totalCount, doneCount } = await getEmbeddingState(org.member);
  const stop = new AbortController();
  const reason = new Error('killed');
  const slow = { ...now, settings: { ...now.settings, batchSize: 64 } };

  const counted = server.embeddingRequests;
  const attempt = embedMissing(org.worker, { connection: slow, signal: stop.signal });
  while (server.embeddingRequests === counted) await new Promise((resolve) => setTimeout(resolve, 1));
  stop.abort(reason);
  await expect(attempt).rejects.toBe(reason);
  const halfway = await getEmbeddingState(org.member);
  const old = await serving(org, [now]);
  const found = await searchPassages(org.member, { query: 'honey' }, old);
  const { embeddedCount } = await embedMissing(org.worker, { connection: now });

  expect([doneCount, totalCount]).toEqual([totalCount, 80]);
  expect(halfway).toMatchObject({ embedder: 'openai-compatible:old', next: 'openai-compatible:new', totalCount: 80 });
  expect(old).toMatchObject({ embedder: { id: 'openai-compatible:old' }, warning: null });
  expect(found).toMatchObject({ mode: 'words+vectors', warning: null });
  expect(embeddedCount).toBe(80 - halfway.doneCount);
  expect(await getEmbeddingState(org.member)).toEqual({
    embedder: 'openai-compatible:new',
    next: null,
    doneCount: 80,
    totalCount: 80,
    problem: null,
  });
  expect(await embeddersOf(org)).toEqual([['openai-compatible:new', 80]]);
  expect((await serving(org, [now])).embedder?.id).toBe('openai-compatible:new');
});

test('what was embedded before a failure is not asked for again', async () => {
  const org = await library.foundOrg();
  using server = openaiServer();
  await fill(org);
  const connection = connect(server, 'one', { batchSize: 4 });
  server.trouble({ kind: 'refuse', status: 429, retryAfterSeconds: 9 });

  await expect(embedMissing(org.worker, { connection })).rejects.toMatchObject({
    code: 'upstream-limited',
    retryAfterSeconds: 9,
  });
  const first = await embedMissing(org.worker, { connection });
  const again = await embedMissing(org.worker, { connection });

  expect([first.embeddedCount, again.embeddedCount]).toEqual([8, 0]);
});

test('with the connection gone that read the passages, search goes by words and says so until they are read anew', async () => {
  const org = await library.foundOrg();
  using server = openaiServer();
  using other = openaiServer();
  await fill(org);
  await embedMissing(org.worker, { connection: connect(server, 'old') });
  const replaced = { ...connect(other, 'new'), id: '00000000-0000-4000-8000-000000000002' };

  const meanwhile = await serving(org, [replaced]);
  const found = await searchPassages(org.member, { query: 'honey' }, meanwhile);
  await embedMissing(org.worker, { connection: replaced });
  const after = await searchPassages(org.member, { query: 'honey' }, await serving(org, [replaced]));

  expect(found).toMatchObject({ mode: 'words', warning: expect.stringContaining('is gone') });
  expect(found.passages.length).toBeGreaterThan(0);
  expect(after).toMatchObject({ mode: 'words+vectors', warning: null });
});

test('a key is not sent to the address its connection had before', async () => {
  const org = await library.foundOrg();
  using server = openaiServer();
  using other = openaiServer();
  await fill(org);
  await embedMissing(org.worker, { connection: connect(server, 'old') });
  const moved = { ...connect(other, 'new'), credentials: { apiKey: 'for the other server' } };

  expect((await serving(org, [moved])).embedder).toBeNull();
});

test('back to the embedder that serves: nothing is made anew and the half of the other is deleted', async () => {
  const org = await library.foundOrg();
  using server = openaiServer();
  const [itemId] = await fill(org);
  await embedMissing(org.worker, { connection: connect(server, 'one') });
  await embedItem(org.worker, { itemId: itemId!, embedder: openEmbedder('openai-compatible', connect(server, 'two')) });
  const asked = server.embeddingRequests;

  await embedMissing(org.worker, { connection: connect(server, 'one') });

  expect(server.embeddingRequests).toBe(asked);
  expect(await embeddersOf(org)).toEqual([['openai-compatible:one', 8]]);
});

test('two runs at once end as one', async () => {
  const org = await library.foundOrg();
  using server = openaiServer();
  await fill(org);

  await Promise.all([1, 2].map(() => embedMissing(org.worker, { connection: connect(server, 'one') })));

  expect(await embeddersOf(org)).toEqual([['openai-compatible:one', 8]]);
});

test('another prefix before passages is another embedder', () => {
  using server = openaiServer();
  const open = (documentPrefix: string) =>
    openEmbedder('openai-compatible', connect(server, 'nomic', { documentPrefix }));

  expect(open('search_document: ').id).not.toBe(open('').id);
  expect(open('').id).toBe('openai-compatible:nomic');
});

test('a warning that only words can be searched goes when the vectors have come', async () => {
  const org = await library.foundOrg();
  using server = openaiServer();
  const [itemId] = await fill(org);
  await library.kysely
    .updateTable('items')
    .set({ warnings: ['Kept.', 'Only words can be searched: House was not used.'] })
    .where('id', '=', itemId!)
    .execute();

  await embedMissing(org.worker, { connection: connect(server, 'one', { inputUsdPerMillion: 50_00 }) });

  const item = await library.kysely.selectFrom('items').select('warnings').where('id', '=', itemId!).executeTakeFirst();
  const usage = await library.kysely.selectFrom('usage_events').selectAll().where('org_id', '=', org.orgId).execute();
  expect(item!.warnings).toEqual(['Kept.']);
  expect(usage.map(({ kind, quantity, cost_usd }) => [kind, quantity, Number(cost_usd)])).toEqual([['embed', 8, 0.04]]);
});
