import { afterAll, beforeAll, expect, test } from 'bun:test';
import { DIMENSIONS, type Embedder } from '../../src/assistant/embedder.ts';
import { embedItem } from '../../src/assistant/embed-item.ts';
import { indexItem } from '../../src/assistant/index-item.ts';
import { searchPassages } from '../../src/assistant/search-passages.ts';
import { type Library, openNativeLibrary } from './library.ts';
import { wordIndex } from './word-index.ts';

let library: Library;
beforeAll(async () => void (library = await openNativeLibrary()), 60_000);
afterAll(() => library[Symbol.asyncDispose]());

const topics = ['hive', 'honey', 'wax', 'swarm', 'mite', 'sugar'];

test('items indexed and deleted side by side leave an index that counts right', async () => {
  const org = await library.foundOrg();
  const items = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      org.addItem({
        title: `Talk ${index}`,
        // Each in another order, so that two writers would meet each other's rows crosswise.
        segments: Array.from({ length: 30 }, (_, n) => ({
          text: `The ${topics[(n * (index + 1)) % 6]} of ${topics[n % 5]}. `.repeat(8),
        })),
      }),
    ),
  );
  for (const itemId of items.slice(0, 4)) await indexItem(org.worker, { itemId });

  await Promise.all([
    ...items.slice(4).map((itemId) => indexItem(org.worker, { itemId })),
    ...items.slice(0, 4).map((itemId) => library.kysely.deleteFrom('items').where('id', '=', itemId).execute()),
  ]);

  const { kept, counted } = await wordIndex(library.kysely, org.orgId);
  expect(kept).toEqual(counted);
  expect(kept.length).toBeGreaterThan(8 * 6);
});

test('an item indexed twice at once is indexed once', async () => {
  const org = await library.foundOrg();
  const itemId = await org.addItem({ title: 'Bees', segments: [{ text: 'Feeding the hives.' }] });

  const outcomes = await Promise.all([indexItem(org.worker, { itemId }), indexItem(org.worker, { itemId })]);

  expect(outcomes.map(({ newCount }) => newCount).toSorted()).toEqual([0, 1]);
  const { kept, counted } = await wordIndex(library.kysely, org.orgId);
  expect(kept).toEqual(counted);
});

test('without pgvector search goes by words, and there is nothing to embed', async () => {
  const org = await library.foundOrg();
  const itemId = await org.addItem({
    title: 'Bees',
    kind: 'audio',
    segments: [
      { text: 'Good day.', at: 0 },
      { text: 'Feed the hives.', at: 5 },
    ],
  });
  await indexItem(org.worker, { itemId });
  const embedder: Embedder = {
    id: 'test:one',
    label: 'One',
    dimensions: DIMENSIONS,
    embed: async (texts) => ({
      vectors: texts.map(() => new Float32Array(DIMENSIONS).fill(1)),
      usage: { inputTokens: 0, outputTokens: 0 },
    }),
  };

  expect(await embedItem(org.worker, { itemId, embedder })).toMatchObject({ embeddedCount: 0 });
  expect(
    await searchPassages(org.member, { query: 'feeding hives', kinds: ['audio'], itemId }, { embedder }),
  ).toMatchObject({
    passages: [{ itemId, startSeconds: 5 }],
    mode: 'words',
    warning: null,
  });
});
