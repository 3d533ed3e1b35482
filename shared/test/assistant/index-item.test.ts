import { afterAll, beforeAll, expect, test } from 'bun:test';
import { indexItem } from '../../src/assistant/index-item.ts';
import { type Library, openLibrary } from './library.ts';
import { wordIndex } from './word-index.ts';

let library: Library;
beforeAll(async () => void (library = await openLibrary()));
afterAll(() => library[Symbol.asyncDispose]());

async function chunksOf(itemId: string) {
  return library.kysely
    .selectFrom('chunks')
    .select(['id', 'position', 'text', 'configuration', 'lexeme_count', 'start_seconds', 'segment_seconds'])
    .where('item_id', '=', itemId)
    .orderBy('position')
    .execute();
}

test('an item’s newest words become chunks, and the word index counts them', async () => {
  const org = await library.foundOrg();
  const itemId = await org.addItem({
    title: 'Bees',
    kind: 'audio',
    segments: [
      { text: 'Feeding the hives.', at: 0 },
      { text: 'A hive needs feeding.', at: 5 },
    ],
  });

  const outcome = await indexItem(org.worker, { itemId });

  expect(outcome).toEqual({ chunkCount: 1, newCount: 1 });
  expect(await chunksOf(itemId)).toMatchObject([
    {
      position: 0,
      text: 'Feeding the hives. A hive needs feeding.',
      configuration: 'english',
      start_seconds: 0,
      segment_seconds: [0, 5],
    },
  ]);
  const { kept, counted } = await wordIndex(library.kysely, org.orgId);
  expect(kept).toEqual(counted);
  expect(kept.filter((line) => line.startsWith('entry hive'))).toHaveLength(1);
});

test('indexing again changes nothing', async () => {
  const org = await library.foundOrg();
  const itemId = await org.addItem({ title: 'Bees', segments: [{ text: 'Feeding the hives.' }] });
  await indexItem(org.worker, { itemId });
  const before = await chunksOf(itemId);

  expect(await indexItem(org.worker, { itemId })).toEqual({ chunkCount: 1, newCount: 0 });
  expect(await chunksOf(itemId)).toEqual(before);
});

test('a new version replaces only the chunks whose words changed', async () => {
  const org = await library.foundOrg();
  const section = (name: string, text: string) => [{ text: name, kind: 'heading' as const }, { text }];
  const itemId = await org.addItem({
    title: 'Bees',
    segments: [
      ...section('A', 'Hives in autumn.'),
      ...section('B', 'Mites in winter.'),
      ...section('C', 'Swarms in May.'),
    ],
  });
  await indexItem(org.worker, { itemId });
  const [first, second, third] = await chunksOf(itemId);

  await org.addTranscript(itemId, [
    ...section('New', 'Wax and honey.'),
    ...section('A', 'Hives in autumn.'),
    ...section('B', 'Mites in spring.'),
    ...section('C', 'Swarms in May.'),
  ]);
  const outcome = await indexItem(org.worker, { itemId });

  const after = await chunksOf(itemId);
  expect(outcome).toEqual({ chunkCount: 4, newCount: 2 });
  expect(after.map(({ position }) => position)).toEqual([0, 1, 2, 3]);
  expect([after[1]!.id, after[3]!.id]).toEqual([first!.id, third!.id]);
  expect(after.map(({ id }) => id)).not.toContain(second!.id);
  const { kept, counted } = await wordIndex(library.kysely, org.orgId);
  expect(kept).toEqual(counted);
});

test('each language is stemmed by its own rules', async () => {
  const org = await library.foundOrg();
  const russian = await org.addItem({ title: 'Пчёлы', language: 'ru', segments: [{ text: 'Пчёлам нужны корма.' }] });
  const unknown = await org.addItem({ title: 'x', language: null, segments: [{ text: 'The bees feeding.' }] });
  await indexItem(org.worker, { itemId: russian });
  await indexItem(org.worker, { itemId: unknown });

  expect(await chunksOf(russian)).toMatchObject([{ configuration: 'russian' }]);
  expect(await chunksOf(unknown)).toMatchObject([{ configuration: 'simple' }]);
  const { kept, counted } = await wordIndex(library.kysely, org.orgId);
  expect(kept).toEqual(counted);
  expect(kept.some((line) => line.startsWith('entry feeding '))).toBe(true);
});

test('a deleted item leaves nothing in the index, and others untouched', async () => {
  const org = await library.foundOrg();
  const gone = await org.addItem({ title: 'Bees', segments: [{ text: 'Feeding the hives with sugar.' }] });
  const stays = await org.addItem({ title: 'Wasps', segments: [{ text: 'Wasps like sugar.' }] });
  await indexItem(org.worker, { itemId: gone });
  await indexItem(org.worker, { itemId: stays });

  await library.kysely.deleteFrom('items').where('id', '=', gone).execute();

  const { kept, counted } = await wordIndex(library.kysely, org.orgId);
  expect(kept).toEqual(counted);
  expect(kept.some((line) => line.startsWith('entry wasp'))).toBe(true);
  expect(kept.some((line) => line.includes(' hive '))).toBe(false);
});

test('a deleted organisation leaves nothing in the index', async () => {
  const org = await library.foundOrg();
  const itemId = await org.addItem({ title: 'Bees', segments: [{ text: 'Feeding the hives.' }] });
  await indexItem(org.worker, { itemId });

  await library.kysely.deleteFrom('orgs').where('id', '=', org.orgId).execute();

  expect((await wordIndex(library.kysely, org.orgId)).kept).toEqual([]);
});

test('an item of another organisation is not found', async () => {
  const [org, other] = [await library.foundOrg(), await library.foundOrg()];
  const itemId = await other.addItem({ title: 'Bees', segments: [{ text: 'Feeding.' }] });

  await expect(indexItem(org.worker, { itemId })).rejects.toMatchObject({ code: 'not-found' });
});

test('an item without words has no chunks, and loses those it had', async () => {
  const org = await library.foundOrg();
  const itemId = await org.addItem({ title: 'Bees', segments: [{ text: 'Feeding.' }] });
  await indexItem(org.worker, { itemId });
  await org.addTranscript(itemId, []);

  expect(await indexItem(org.worker, { itemId })).toEqual({ chunkCount: 0, newCount: 0 });
  expect((await wordIndex(library.kysely, org.orgId)).kept).toEqual([]);
});
