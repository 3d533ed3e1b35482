import { afterAll, beforeAll, expect, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import type { Item } from '@nexus/shared/archive';
import { type Answer, type Person, type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
});
afterAll(() => api.close());

interface Draft {
  title?: string;
  kind?: string;
  status?: string;
  language?: string;
  tags?: string[];
  duration_seconds?: number;
  created_at?: Date;
}

async function insert(person: Person, draft: Draft = {}): Promise<string> {
  const id = randomUUID();
  await api.kysely
    .insertInto('items')
    .values({ id, org_id: person.orgId, source: 'text', status: 'ready', kind: 'text', title: 'Untitled', ...draft })
    .execute();
  return id;
}

const list = async (person: Person, query = ''): Promise<Item[]> =>
  (await api.call(`/media${query}`, { token: person.token })).body.items;
const titles = async (person: Person, query = '') => (await list(person, query)).map(({ title }) => title);
const bulk = (person: Person, body: unknown): Promise<Answer> => api.call('/media/bulk', { token: person.token, body });

test('filters narrow by kind, tag, language, time and duration, several of a kind at once', async () => {
  const owner = await api.founder();
  await insert(owner, { title: 'Talk', kind: 'audio', tags: ['bees', 'work'], duration_seconds: 600, language: 'en' });
  await insert(owner, { title: 'Film', kind: 'video', tags: ['bees'], duration_seconds: 60, language: 'ru' });
  await insert(owner, { title: 'Paper', kind: 'pdf', created_at: new Date('2020-01-01') });

  expect((await titles(owner, '?kind=audio&kind=pdf')).toSorted()).toEqual(['Paper', 'Talk']);
  expect((await titles(owner, '?tag=bees')).toSorted()).toEqual(['Film', 'Talk']);
  expect(await titles(owner, '?tag=bees&tag=work')).toEqual(['Talk']);
  expect(await titles(owner, '?language=ru')).toEqual(['Film']);
  expect(await titles(owner, '?until=2021-01-01T00:00:00Z')).toEqual(['Paper']);
  expect(await titles(owner, '?minSeconds=100&maxSeconds=700')).toEqual(['Talk']);
  expect((await api.call('/media?kind=book', { token: owner.token })).status).toBe(422);
});

test('a speaker is found under the name given, and by the label where there is none', async () => {
  const owner = await api.founder();
  const named = await insert(owner, { title: 'Named' });
  const labelled = await insert(owner, { title: 'Labelled' });
  const speaker = randomUUID();
  await api.kysely.insertInto('speakers').values({ id: speaker, org_id: owner.orgId, name: 'Ada' }).execute();
  await api.kysely
    .insertInto('item_speakers')
    .values([
      { item_id: named, org_id: owner.orgId, label: 'Speaker 1', speaker_id: speaker },
      { item_id: labelled, org_id: owner.orgId, label: 'Grace' },
      { item_id: labelled, org_id: owner.orgId, label: 'Speaker 2' },
    ])
    .execute();

  const { body: facets } = await api.call('/media/facets', { token: owner.token });

  expect(await titles(owner, '?speaker=Ada')).toEqual(['Named']);
  expect((await titles(owner, '?speaker=Ada&speaker=Grace')).toSorted()).toEqual(['Labelled', 'Named']);
  expect(facets.speaker).toEqual([
    { value: 'Ada', count: 1 },
    { value: 'Grace', count: 1 },
  ]);
});

test('facets tell what another choice would leave, and tags narrow each other', async () => {
  const owner = await api.founder();
  const stranger = await api.founder();
  await insert(stranger, { kind: 'docx' });
  await insert(owner, { kind: 'audio', tags: ['a', 'b'] });
  await insert(owner, { kind: 'audio', tags: ['a'] });
  await insert(owner, { kind: 'video', tags: ['c'] });

  const { body: facets } = await api.call('/media/facets?kind=audio&tag=a', { token: owner.token });

  expect(facets.total).toBe(2);
  expect(facets.kind).toEqual([{ value: 'audio', count: 2 }]);
  expect(facets.tag).toEqual([
    { value: 'a', count: 2 },
    { value: 'b', count: 1 },
  ]);
});

test.each(['newest', 'oldest', 'title', 'longest', 'changed'])(
  'pages in the order %s show every item once',
  async (sort) => {
    const owner = await api.founder();
    // Equal keys, so that only the second one keeps the order total.
    for (let index = 0; index < 7; index++)
      await insert(owner, { title: `Title ${index % 3}`, ...(index % 2 ? { duration_seconds: 5 } : {}) });
    const seen: string[] = [];
    let cursor: string | null = null;

    do {
      const query = `?limit=2&sort=${sort}${cursor ? `&cursor=${cursor}` : ''}`;
      const { body } = await api.call(`/media${query}`, { token: owner.token });
      seen.push(...body.items.map(({ id }: Item) => id));
      cursor = body.nextCursor;
    } while (cursor);

    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  },
);

test('a cursor of another order is refused', async () => {
  const owner = await api.founder();
  for (let index = 0; index < 2; index++) await insert(owner);
  const { body } = await api.call('/media?limit=1&sort=title', { token: owner.token });

  const { status } = await api.call(`/media?limit=1&sort=newest&cursor=${body.nextCursor}`, { token: owner.token });

  expect(status).toBe(422);
});

test('tags are added and removed for many items at once, and what is missing is reported', async () => {
  const owner = await api.founder();
  const stranger = await api.founder();
  const first = await insert(owner, { tags: ['old', 'kept'] });
  const second = await insert(owner);
  const full = await insert(owner, { tags: Array.from({ length: 40 }, (_, index) => `tag ${index}`) });
  const theirs = await insert(stranger);

  const { body } = await bulk(owner, {
    action: 'tag',
    ids: [first, second, full, theirs],
    add: ['new', 'kept'],
    remove: ['old'],
  });

  expect(body.done.toSorted()).toEqual([first, second].toSorted());
  expect(Object.fromEntries(body.refused.map(({ id, code }: { id: string; code: string }) => [id, code]))).toEqual({
    [full]: 'invalid-input',
    [theirs]: 'not-found',
  });
  const tags = new Map((await list(owner)).map((item) => [item.id, item.tags]));
  expect(tags.get(first)).toEqual(['kept', 'new']);
  expect(tags.get(second)).toEqual(['new', 'kept']);
});

test('items are collected, found by their collection, and stay when it goes', async () => {
  const owner = await api.founder();
  const inside = await insert(owner, { title: 'Inside' });
  await insert(owner, { title: 'Outside' });
  const { body: collection } = await api.call('/collections', { token: owner.token, body: { name: '  Field notes ' } });
  await bulk(owner, { action: 'collect', ids: [inside, inside], collectionId: collection.id });
  await bulk(owner, { action: 'collect', ids: [inside], collectionId: collection.id });

  const found = await titles(owner, `?collection=${collection.id}`);
  const { body: ofItem } = await api.call(`/media/${inside}/collections`, { token: owner.token });
  const { body: facets } = await api.call('/media/facets', { token: owner.token });
  const renamed = await api.call(`/collections/${collection.id}`, {
    method: 'PATCH',
    token: owner.token,
    body: { name: 'Notes', description: 'From the field' },
  });
  const removed = await api.call(`/collections/${collection.id}`, { method: 'DELETE', token: owner.token });

  expect(found).toEqual(['Inside']);
  expect(ofItem.collections).toMatchObject([{ name: 'Field notes', itemCount: 1 }]);
  expect(facets.collection).toEqual([{ value: collection.id, label: 'Field notes', count: 1 }]);
  expect(renamed.body).toMatchObject({ name: 'Notes', description: 'From the field', itemCount: 1 });
  expect(removed.status).toBe(204);
  expect(await titles(owner)).toHaveLength(2);
});

test('a collection takes no name that is taken, however it is written', async () => {
  const owner = await api.founder();
  await api.call('/collections', { token: owner.token, body: { name: 'Talks' } });

  const again = await api.call('/collections', { token: owner.token, body: { name: 'talks' } });

  expect(again.status).toBe(409);
  expect(again.body.fields.name).toHaveLength(1);
});

test('a collection of another organisation is not there', async () => {
  const owner = await api.founder();
  const stranger = await api.founder();
  const id = await insert(owner);
  const { body: theirs } = await api.call('/collections', { token: stranger.token, body: { name: 'Theirs' } });

  const { status } = await bulk(owner, { action: 'collect', ids: [id], collectionId: theirs.id });

  expect(status).toBe(404);
});

test('many are deleted in one request, and what was gone is reported', async () => {
  const owner = await api.founder();
  const ids = [await insert(owner), await insert(owner), randomUUID()];

  const { body } = await bulk(owner, { action: 'delete', ids });

  expect(body.done.toSorted()).toEqual(ids.slice(0, 2).toSorted());
  expect(body.refused).toMatchObject([{ id: ids[2], code: 'not-found' }]);
  expect(await titles(owner)).toEqual([]);
});

test('what is worked on is not worked anew, the others are', async () => {
  const owner = await api.founder();
  const { body: item } = await api.call('/media/process', {
    token: owner.token,
    body: { source: 'text', text: 'Words' },
  });
  const { body: other } = await api.call('/media/process', {
    token: owner.token,
    body: { source: 'text', text: 'More' },
  });
  await api.kysely.updateTable('items').set({ status: 'failed' }).where('id', '=', item.id).execute();

  const { body } = await bulk(owner, { action: 'rerun', ids: [item.id, other.id], fromStep: 'enrich' });

  expect(body.done).toEqual([item.id]);
  expect(body.refused).toMatchObject([{ id: other.id, code: 'conflict' }]);
});

test('a viewer changes nothing', async () => {
  const owner = await api.founder();
  const viewer = await api.joiner(owner.orgId, 'viewer');
  const id = await insert(owner);

  const answers = [
    await bulk(viewer, { action: 'delete', ids: [id] }),
    await api.call('/collections', { token: viewer.token, body: { name: 'Mine' } }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([403, 403]);
  expect(await titles(viewer)).toHaveLength(1);
});
