import { afterAll, beforeAll, expect, test } from 'bun:test';
import { embedItem } from '../../src/assistant/embed-item.ts';
import { DIMENSIONS, type Embedder } from '../../src/assistant/embedder.ts';
import { fuseRankings } from '../../src/assistant/fuse-rankings.ts';
import { indexItem } from '../../src/assistant/index-item.ts';
import { searchPassages } from '../../src/assistant/search-passages.ts';
import { openEmbedder } from '../../src/assistant/embedders/index.ts';
import { openaiServer } from '../loopback/openai.ts';
import { type Library, openLibrary, type Organisation } from './library.ts';

let library: Library;
beforeAll(async () => void (library = await openLibrary()));
afterAll(() => library[Symbol.asyncDispose]());

/** Two topics, one axis each: a stand-in for meaning that can be read off. */
function topicEmbedder(id = 'test:topics'): Embedder & { asked: string[] } {
  const asked: string[] = [];
  const topics = [/hive|bee|apiary/i, /car|motor|vehicle/i];
  return {
    id,
    label: 'Topics',
    dimensions: DIMENSIONS,
    asked,
    async embed(texts) {
      asked.push(...texts);
      const vectors = texts.map((text) => {
        const vector = new Float32Array(DIMENSIONS).fill(0.001);
        for (const [axis, topic] of topics.entries()) if (topic.test(text)) vector[axis] = 1;
        return vector;
      });
      return { vectors, usage: { inputTokens: texts.length, outputTokens: 0 } };
    },
  };
}

async function twoItems(org: Organisation, embedder: Embedder) {
  const bees = await org.addItem({ title: 'One', segments: [{ text: 'We weigh every hive in autumn.' }] });
  const cars = await org.addItem({ title: 'Two', segments: [{ text: 'The motor wants oil.' }] });
  for (const itemId of [bees, cars]) {
    await indexItem(org.worker, { itemId });
    await embedItem(org.worker, { itemId, embedder });
  }
  return { bees, cars };
}

test('finds by meaning what shares no word with the question', async () => {
  const org = await library.foundOrg();
  const embedder = topicEmbedder();
  const { bees } = await twoItems(org, embedder);

  const answer = await searchPassages(org.member, { query: 'apiary' }, { embedder });

  expect(answer).toMatchObject({ mode: 'words+vectors', warning: null });
  expect(answer.passages[0]).toMatchObject({ itemId: bees, marks: [] });
});

test('words and meaning together outrank either', async () => {
  const org = await library.foundOrg();
  const embedder = topicEmbedder();
  const { cars } = await twoItems(org, embedder);

  const { passages } = await searchPassages(org.member, { query: 'motor vehicle' }, { embedder });

  expect(passages[0]!.itemId).toBe(cars);
  expect(passages[0]!.score).toBeCloseTo(2 / 61);
});

test('other organisations, other embedders and other items stay out of it', async () => {
  const [org, other] = [await library.foundOrg(), await library.foundOrg()];
  const embedder = topicEmbedder();
  await twoItems(other, embedder);
  const { cars } = await twoItems(org, embedder);

  const own = await searchPassages(org.member, { query: 'apiary' }, { embedder });
  const narrowed = await searchPassages(org.member, { query: 'apiary', itemId: cars }, { embedder });
  const byKind = await searchPassages(org.member, { query: 'apiary', kinds: ['video'] }, { embedder });
  const another = await searchPassages(org.member, { query: 'apiary' }, { embedder: topicEmbedder('test:another') });

  expect(own.passages).toHaveLength(2);
  expect(narrowed.passages.map(({ itemId }) => itemId)).toEqual([cars]);
  expect(byKind.passages).toEqual([]);
  expect(another.passages).toEqual([]);
});

test('an embedder that is down degrades the answer to words, and says so', async () => {
  const org = await library.foundOrg();
  const { bees } = await twoItems(org, topicEmbedder());
  using server = openaiServer();
  const embedder = openEmbedder('openai-compatible', {
    settings: { baseUrl: `${server.url}/v1`, model: 'm' },
    credentials: {},
  });
  await server.stop();

  const answer = await searchPassages(org.member, { query: 'hive' }, { embedder });

  expect(answer.mode).toBe('words');
  expect(answer.warning).toContain('could not be reached');
  expect(answer.passages.map(({ itemId }) => itemId)).toEqual([bees]);
  expect(org.member.logged).toContainEqual({ embedderProblem: 'upstream-down' });
});

test('only chunks that are new or changed are embedded, with their title', async () => {
  const org = await library.foundOrg();
  const embedder = topicEmbedder();
  const itemId = await org.addItem({
    title: 'Bees',
    segments: [{ text: 'A', kind: 'heading' }, { text: 'Hives.' }, { text: 'B', kind: 'heading' }, { text: 'Mites.' }],
  });
  await indexItem(org.worker, { itemId });
  const first = await embedItem(org.worker, { itemId, embedder });
  const again = await embedItem(org.worker, { itemId, embedder });
  await org.addTranscript(itemId, [
    { text: 'A', kind: 'heading' },
    { text: 'Hives.' },
    { text: 'B', kind: 'heading' },
    { text: 'Mites and wax.' },
  ]);
  await indexItem(org.worker, { itemId });
  await embedItem(org.worker, { itemId, embedder });

  expect(first).toEqual({ embeddedCount: 2, usage: { inputTokens: 2, outputTokens: 0 } });
  expect(again.embeddedCount).toBe(0);
  expect(embedder.asked).toEqual(['Bees — A\nHives.', 'Bees — B\nMites.', 'Bees — B\nMites and wax.']);
});

test('another embedder takes over all chunks', async () => {
  const org = await library.foundOrg();
  const { bees } = await twoItems(org, topicEmbedder());
  const other = topicEmbedder('test:other');

  expect(await embedItem(org.worker, { itemId: bees, embedder: other })).toMatchObject({ embeddedCount: 1 });
  expect((await searchPassages(org.member, { query: 'apiary' }, { embedder: other })).passages).toHaveLength(1);
});

test('fusion rewards agreement and keeps what only one ranking found', () => {
  const fused = fuseRankings([
    [
      { number: 1, score: 9 },
      { number: 2, score: 8 },
    ],
    [
      { number: 2, score: 0.9 },
      { number: 3, score: 0.1 },
    ],
  ]);

  expect(fused.map(({ number }) => number)).toEqual([2, 1, 3]);
  expect(fused[0]!.score).toBeCloseTo(1 / 62 + 1 / 61);
});
