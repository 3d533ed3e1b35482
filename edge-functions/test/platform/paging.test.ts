import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
});
afterAll(() => api.close());

async function pages(token: string, path: string, rowsOf: (body: never) => { id: string | number }[]) {
  const seen: (string | number)[][] = [];
  let cursor: string | null = null;
  do {
    const answer = await api.call(`${path}?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, { token });
    expect(answer.status).toBe(200);
    seen.push(rowsOf(answer.body as never).map(({ id }) => id));
    cursor = answer.body.nextCursor;
  } while (cursor);
  return seen;
}

test('the library pages through all items once, the newest first, also those of the same instant', async () => {
  const owner = await api.founder();
  await api.kysely
    .insertInto('items')
    .values([1, 2, 3, 4, 5].map((number) => ({ org_id: owner.orgId, source: 'text', title: `${number}` })))
    .execute();

  const seen = await pages(owner.token, '/media', (body: { items: { id: string }[] }) => body.items);

  expect(seen.map((page) => page.length)).toEqual([2, 2, 1]);
  expect(new Set(seen.flat()).size).toBe(5);
});

test('the audit pages through all entries once, the newest first', async () => {
  const owner = await api.founder();
  for (const name of ['a', 'b', 'c', 'd'])
    await api.call('/orgs/current', { method: 'PATCH', token: owner.token, body: { name } });

  const seen = (
    await pages(owner.token, '/audit', (body: { entries: { id: number }[] }) => body.entries)
  ).flat() as number[];

  expect(seen).toHaveLength(5);
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
});

test.each(['nonsense', '%00', 'W10', 'WyJhIl0'])('the cursor %s, which no list gave, is a 422', async (cursor) => {
  const { token } = await api.founder();

  const answers = await Promise.all(
    ['/audit', '/media'].map((path) => api.call(`${path}?cursor=${cursor}`, { token })),
  );

  for (const answer of answers) expect([answer.status, Object.keys(answer.body.fields)]).toEqual([422, ['cursor']]);
});
