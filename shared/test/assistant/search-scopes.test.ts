import { afterAll, beforeAll, expect, test } from 'bun:test';
import { changeSavedSearch } from '../../src/assistant/change-saved-search.ts';
import { countNewResults } from '../../src/assistant/count-new-results.ts';
import { createSavedSearch } from '../../src/assistant/create-saved-search.ts';
import { embedItem } from '../../src/assistant/embed-item.ts';
import { DIMENSIONS, type Embedder } from '../../src/assistant/embedder.ts';
import { indexItem } from '../../src/assistant/index-item.ts';
import { listSavedSearches } from '../../src/assistant/list-saved-searches.ts';
import { searchPassages } from '../../src/assistant/search-passages.ts';
import { similarItems } from '../../src/assistant/similar-items.ts';
import type { Context } from '../../src/platform/index.ts';
import { type Library, type NewItem, openLibrary, type Organisation } from './library.ts';

let library: Library;
beforeAll(async () => void (library = await openLibrary()));
afterAll(() => library[Symbol.asyncDispose]());

/** Nothing here has a poster to sign or a job to send. */
const asContext = (org: Organisation): Context => ({ ...org.member, now: () => new Date() }) as unknown as Context;

async function add(
  org: Organisation,
  item: NewItem,
  more: { tags?: string[]; created_at?: Date } = {},
): Promise<string> {
  const itemId = await org.addItem(item);
  if (more.tags || more.created_at)
    await library.kysely.updateTable('items').set(more).where('id', '=', itemId).execute();
  await indexItem(org.worker, { itemId });
  return itemId;
}

const found = async (org: Organisation, request: Parameters<typeof searchPassages>[1], embedder?: Embedder) =>
  (await searchPassages(org.member, request, { embedder: embedder ?? null })).passages
    .map(({ title }) => title)
    .toSorted();

/** Everything is equally near, so only the scope tells items apart. */
const flatEmbedder: Embedder = {
  id: 'test:flat',
  label: 'Flat',
  dimensions: DIMENSIONS,
  embed: async (texts) => ({
    vectors: texts.map(() => new Float32Array(DIMENSIONS).fill(0.1)),
    usage: { inputTokens: 0, outputTokens: 0 },
  }),
};

test('tags, languages, speakers, dates and collections narrow both what words and what meaning find', async () => {
  const org = await library.foundOrg();
  const items = [
    await add(
      org,
      { title: 'English', language: 'en', segments: [{ text: 'Hives in May.', at: 0, speaker: 'Ada' }] },
      { tags: ['bees', 'spring'] },
    ),
    await add(
      org,
      { title: 'German', language: 'de', segments: [{ text: 'Hives im Mai.', at: 0, speaker: 'Grace' }] },
      { tags: ['bees'] },
    ),
    await add(
      org,
      { title: 'Old', language: 'en', segments: [{ text: 'Hives of old.' }] },
      { created_at: new Date('2001-01-01') },
    ),
  ];
  const { id: collectionId } = await library.kysely
    .insertInto('collections')
    .values({ org_id: org.orgId, name: 'Some' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await library.kysely
    .insertInto('collection_items')
    .values({ collection_id: collectionId, item_id: items[2]!, org_id: org.orgId })
    .execute();
  for (const itemId of items) await embedItem(org.worker, { itemId, embedder: flatEmbedder });

  for (const embedder of [undefined, flatEmbedder]) {
    expect(await found(org, { query: 'hives', tags: ['bees'] }, embedder)).toEqual(['English', 'German']);
    expect(await found(org, { query: 'hives', tags: ['bees', 'spring'] }, embedder)).toEqual(['English']);
    expect(await found(org, { query: 'hives', languages: ['de'] }, embedder)).toEqual(['German']);
    expect(await found(org, { query: 'hives', speakers: ['Ada', 'Nobody'] }, embedder)).toEqual(['English']);
    expect(await found(org, { query: 'hives', until: '2002-01-01T00:00:00Z' }, embedder)).toEqual(['Old']);
    expect(await found(org, { query: 'hives', since: '2002-01-01T00:00:00Z', languages: ['en'] }, embedder)).toEqual([
      'English',
    ]);
    expect(await found(org, { query: 'hives', collectionId }, embedder)).toEqual(['Old']);
  }
});

test('a speaker named after indexing is found by the new name', async () => {
  const org = await library.foundOrg();
  const itemId = await add(org, { title: 'Talk', segments: [{ text: 'Hives in May.', at: 0, speaker: 'Speaker 1' }] });
  const { id: speakerId } = await library.kysely
    .insertInto('speakers')
    .values({ org_id: org.orgId, name: 'Ada' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await library.kysely
    .insertInto('item_speakers')
    .values({ item_id: itemId, org_id: org.orgId, label: 'Speaker 1', speaker_id: speakerId })
    .execute();

  expect(await found(org, { query: 'hives', speakers: ['Ada'] })).toEqual(['Talk']);
});

test('a word that is everywhere still finds what few items of a small scope say', async () => {
  const org = await library.foundOrg();
  const needle = await add(
    org,
    { title: 'Needle', segments: [{ text: 'common words with a needle' }] },
    { tags: ['small'] },
  );
  for (let index = 0; index < 30; index++)
    await add(org, { title: `Hay ${index}`, segments: [{ text: 'common words' }] });

  const { passages } = await searchPassages(org.member, { query: 'common', tags: ['small'] });

  expect(passages.map(({ itemId }) => itemId)).toEqual([needle]);
});

test('a saved search counts what came since it was opened, for its owner alone', async () => {
  const org = await library.foundOrg();
  const ctx = asContext(org);
  await add(org, { title: 'First', segments: [{ text: 'Hives in May.' }] });
  const { id: searchId } = await createSavedSearch(ctx, { name: 'Bees', request: { query: 'hives' } });
  const atFirst = await countNewResults(ctx, { searchId });
  await add(org, { title: 'Second', segments: [{ text: 'More hives in June.' }] });
  await add(org, { title: 'Other', segments: [{ text: 'Cars.' }] });

  const later = await countNewResults(ctx, { searchId });
  await changeSavedSearch(ctx, { searchId, change: { opened: true } });

  expect([atFirst.count, later.count]).toEqual([0, 1]);
  expect(await countNewResults(ctx, { searchId })).toEqual({ count: 0 });
  const stranger = asContext(await library.foundOrg());
  await expect(countNewResults(stranger, { searchId })).rejects.toMatchObject({ code: 'not-found' });
  expect((await listSavedSearches(stranger)).searches).toEqual([]);
});

test('a saved search takes no name its owner has used', async () => {
  const ctx = asContext(await library.foundOrg());
  await createSavedSearch(ctx, { name: 'Bees', request: { query: 'hives' } });

  const again = createSavedSearch(ctx, { name: 'bees', request: { query: 'honey' } });

  await expect(again).rejects.toMatchObject({ code: 'conflict', fields: { name: expect.any(Array) } });
});

test('items like one share its telling words, or are near in meaning when it has vectors', async () => {
  const org = await library.foundOrg();
  const ctx = asContext(org);
  const bees = await add(org, {
    title: 'Bees',
    segments: [{ text: 'Apiary inspection with queen and brood frames.' }],
  });
  const more = await add(org, {
    title: 'More bees',
    segments: [{ text: 'The queen left, the brood of this apiary is weak.' }],
  });
  const cars = await add(org, { title: 'Cars', segments: [{ text: 'An engine with brakes and wheels.' }] });

  const byWords = await similarItems(ctx, { itemId: bees });
  for (const itemId of [bees, cars]) await embedItem(org.worker, { itemId, embedder: flatEmbedder });
  const byMeaning = await similarItems(ctx, { itemId: bees });

  expect(byWords).toMatchObject({ mode: 'words', items: [{ id: more }] });
  expect(byMeaning).toMatchObject({ mode: 'vectors', items: [{ id: cars }] });
});
