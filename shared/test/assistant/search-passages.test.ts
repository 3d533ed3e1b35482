import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type SearchRequest, SearchResponse } from '../../src/assistant/contracts.ts';
import { indexItem } from '../../src/assistant/index-item.ts';
import { searchPassages } from '../../src/assistant/search-passages.ts';
import { type Library, type NewItem, openLibrary, type Organisation } from './library.ts';

let library: Library;
beforeAll(async () => void (library = await openLibrary()));
afterAll(() => library[Symbol.asyncDispose]());

async function indexed(org: Organisation, item: NewItem): Promise<string> {
  const itemId = await org.addItem(item);
  await indexItem(org.worker, { itemId });
  return itemId;
}

const bees: NewItem = {
  title: 'Beekeeping talk',
  kind: 'audio',
  segments: [
    { text: 'Good morning to all of you.', at: 0 },
    { text: 'In October we weigh the hives.', at: 5 },
    { text: 'Light hives are fed with sugar syrup.', at: 10 },
    { text: 'Then we treat the varroa mites.', at: 15 },
  ],
};
const wasps: NewItem = {
  title: 'Wasps',
  kind: 'text',
  segments: [{ text: 'Wasps hunt other insects.' }, { text: 'They visit the hives for honey.' }],
};

test('a question in plain words finds the passage, its words marked, and opens it at the right second', async () => {
  const org = await library.foundOrg();
  const itemId = await indexed(org, bees);
  await indexed(org, wasps);

  const answer = await searchPassages(org.member, { query: 'What is a light hive fed with?' });

  expect(SearchResponse.parse(answer)).toEqual(answer);
  const [first] = answer.passages;
  expect(first).toMatchObject({
    itemId,
    title: 'Beekeeping talk',
    kind: 'audio',
    startSeconds: 10,
    paragraph: null,
    heading: null,
  });
  expect(first!.marks.map(({ start, end }) => first!.text.slice(start, end))).toEqual([
    'hives',
    'Light',
    'hives',
    'fed',
  ]);
  expect(answer).toMatchObject({ mode: 'words', warning: null, nextCursor: null });
});

test('a document opens at its paragraph, under its heading', async () => {
  const org = await library.foundOrg();
  const itemId = await indexed(org, {
    title: 'Insects',
    kind: 'pdf',
    segments: [
      { text: 'Wasps', kind: 'heading' },
      { text: 'They hunt by day.' },
      { text: 'They visit hives for honey.' },
    ],
  });

  const { passages } = await searchPassages(org.member, { query: 'honey' });

  expect(passages).toMatchObject([{ itemId, heading: 'Wasps', paragraph: 2, startSeconds: null, endSeconds: null }]);
});

test('members see their own organisation only', async () => {
  const [org, other] = [await library.foundOrg(), await library.foundOrg()];
  await indexed(other, bees);

  expect((await searchPassages(org.member, { query: 'hives' })).passages).toEqual([]);
  // Even when the context names the other organisation: the database decides.
  expect((await searchPassages({ ...org.member, orgId: other.orgId }, { query: 'hives' })).passages).toEqual([]);
  expect((await searchPassages(other.member, { query: 'hives' })).passages).toHaveLength(1);
});

test('the worker, who sees all, finds its organisation’s passages only', async () => {
  const [org, other] = [await library.foundOrg(), await library.foundOrg()];
  await indexed(org, wasps);
  await indexed(other, bees);

  const { passages } = await searchPassages(org.worker, { query: 'hives' });

  expect(passages.map(({ title }) => title)).toEqual(['Wasps']);
});

test('every language is searched at once, each by its own rules', async () => {
  const org = await library.foundOrg();
  const english = await indexed(org, bees);
  const russian = await indexed(org, {
    title: 'Пчёлы',
    language: 'ru',
    segments: [{ text: 'Ульи взвешивают осенью, и пчёлам дают корм.' }],
  });
  const unknown = await indexed(org, {
    title: 'Notiz',
    language: null,
    segments: [{ text: 'Bienenstock wiegen im Oktober' }],
  });

  const find = async (query: string) =>
    (await searchPassages(org.member, { query })).passages.map(({ itemId }) => itemId);

  expect(await find('взвешивание улья')).toEqual([russian]);
  expect(await find('weighing a hive')).toEqual([english]);
  expect(await find('BIENENSTOCK')).toEqual([unknown]);
});

test('words of a title find the passages below it', async () => {
  const org = await library.foundOrg();
  const itemId = await indexed(org, { ...bees, title: 'Annual meeting in Wolfsburg' });

  const { passages } = await searchPassages(org.member, { query: 'wolfsburg' });

  expect(passages).toMatchObject([{ itemId, marks: [], startSeconds: 0 }]);
});

test.each([
  '"sugar syrup"',
  'hive & !mites | (syrup',
  "hive's <-> 'syrup' :* \\",
  'hives 🐝🐝 %_ --',
  'hive\u0000 syrup\ud800',
  '<b>hives</b>; drop table chunks; $1 ${x}',
  `hive ${'syrup '.repeat(160)}`,
])('takes %j for the words in it', async (query) => {
  const org = await library.foundOrg();
  await indexed(org, bees);

  expect((await searchPassages(org.member, { query })).passages).toHaveLength(1);
});

test.each(['🐝', '"" () &', 'the of and', 'unheard-of'])('finds nothing for %j, without complaint', async (query) => {
  const org = await library.foundOrg();
  await indexed(org, bees);

  expect(await searchPassages(org.member, { query })).toEqual({
    passages: [],
    nextCursor: null,
    mode: 'words',
    warning: null,
  });
});

test('an archive that holds nothing answers with nothing', async () => {
  const org = await library.foundOrg();

  expect((await searchPassages(org.member, { query: 'hives' })).passages).toEqual([]);
});

test.each([
  [{ query: '   ' }, 'query'],
  [{ query: 'x'.repeat(1_001) }, 'query'],
  [{ query: 'hives', limit: 0 }, 'limit'],
  [{ query: 'hives', kinds: ['book'] }, 'kinds.0'],
  [{ query: 'hives', itemId: '1' }, 'itemId'],
  [{ query: 'hives', cursor: '20.abc' }, 'cursor'],
])('refuses %j and names the field', async (input, field) => {
  const org = await library.foundOrg();

  await expect(searchPassages(org.member, input as SearchRequest)).rejects.toMatchObject({
    code: 'invalid-input',
    fields: { [field]: [expect.any(String)] },
  });
});

test('a key without the scope is refused', async () => {
  const org = await library.foundOrg();
  const actor = { ...org.member.actor, kind: 'key' as const, scopes: new Set([]) };

  await expect(searchPassages({ ...org.member, actor }, { query: 'hives' })).rejects.toMatchObject({
    code: 'forbidden',
  });
});

test('narrows to an item and to kinds', async () => {
  const org = await library.foundOrg();
  const [talk, text] = [await indexed(org, bees), await indexed(org, wasps)];
  const find = async (filter: Partial<SearchRequest>) =>
    (await searchPassages(org.member, { query: 'hives', ...filter })).passages.map(({ itemId }) => itemId);

  expect((await find({})).toSorted()).toEqual([talk, text].toSorted());
  expect(await find({ itemId: text })).toEqual([text]);
  expect(await find({ kinds: ['audio', 'video'] })).toEqual([talk]);
  expect(await find({ kinds: ['pdf'] })).toEqual([]);
  expect(await find({ itemId: text, kinds: ['audio'] })).toEqual([]);
});

test('pages show every passage once, in order', async () => {
  const org = await library.foundOrg();
  for (let index = 0; index < 23; index++) {
    const segments = [{ text: `Hive ${index}. ${'Honey and wax. '.repeat(index)}` }];
    await indexed(org, { title: `Note ${index}`, segments });
  }

  const seen: { id: string; score: number }[] = [];
  let cursor: string | undefined;
  do {
    const page = await searchPassages(org.member, { query: 'hive', limit: 10, cursor });
    seen.push(...page.passages);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);

  expect(new Set(seen.map(({ id }) => id)).size).toBe(23);
  expect(seen.map(({ score }) => score)).toEqual(seen.map(({ score }) => score).toSorted((a, b) => b - a));
});

test('a cursor of another question is refused', async () => {
  const org = await library.foundOrg();
  for (const title of ['A', 'B']) await indexed(org, { ...bees, title });
  const { nextCursor } = await searchPassages(org.member, { query: 'hives', limit: 1 });

  await expect(searchPassages(org.member, { query: 'mites', cursor: nextCursor! })).rejects.toMatchObject({
    code: 'invalid-input',
  });
});

test('a rarer word counts for more, and a passage with more of the words comes first', async () => {
  const org = await library.foundOrg();
  for (let index = 0; index < 8; index++)
    await indexed(org, { title: `Honey ${index}`, segments: [{ text: 'Honey is sweet.' }] });
  const rare = await indexed(org, { title: 'Rare', segments: [{ text: 'Propolis is sticky.' }] });
  const both = await indexed(org, { title: 'Both', segments: [{ text: 'Honey and propolis.' }] });

  const { passages } = await searchPassages(org.member, { query: 'honey propolis' });

  expect(passages.slice(0, 2).map(({ itemId }) => itemId)).toEqual([both, rare]);
});

test('a word that is everywhere is still found', async () => {
  const org = await library.foundOrg();
  for (let index = 0; index < 5; index++)
    await indexed(org, { title: `Honey ${index}`, segments: [{ text: 'Honey.' }] });

  expect((await searchPassages(org.member, { query: 'honey' })).passages).toHaveLength(5);
});

test('a deleted item is found no more', async () => {
  const org = await library.foundOrg();
  const itemId = await indexed(org, bees);

  await library.kysely.deleteFrom('items').where('id', '=', itemId).execute();

  expect((await searchPassages(org.member, { query: 'hives' })).passages).toEqual([]);
});
