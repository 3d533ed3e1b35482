import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Person, type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
let ours: Person;
let theirs: Person;
let ids: { item: string; key: string; invitation: string; credential: string };

beforeAll(async () => {
  api = await runningApi();
  [ours, theirs] = [await api.founder(), await api.founder()];
  await api.kysely.insertInto('catalogue').values({ kind: 'model', id: 'plain', label: 'Plain' }).execute();
  const make = async (path: string, body: object) =>
    (await api.call(path, { token: theirs.token, body })).body.id as string;
  ids = {
    item: await make('/media/process', { source: 'text', text: 'secret' }),
    key: await make('/keys', { name: 'x', scopes: ['archive:read'] }),
    invitation: await make('/invitations', { role: 'viewer' }),
    credential: await make('/credentials', { kind: 'model', adapter: 'plain', label: 'x' }),
  };
});
afterAll(() => api.close());

test("another organisation's ids are not found, by whatever route", async () => {
  const routes: [string, string, object?][] = [
    ['GET', `/media/${ids.item}`],
    ['PATCH', `/media/${ids.item}`, { title: 'mine' }],
    ['DELETE', `/media/${ids.item}`],
    ['GET', `/media/${ids.item}/segments`],
    ['POST', `/media/${ids.item}/cancel`],
    ['POST', `/media/${ids.item}/retry`, {}],
    ['POST', `/media/${ids.item}/transcript`, { text: 'WEBVTT' }],
    ['DELETE', `/keys/${ids.key}`],
    ['DELETE', `/invitations/${ids.invitation}`],
    ['PATCH', `/credentials/${ids.credential}`, { label: 'mine' }],
    ['DELETE', `/credentials/${ids.credential}`],
    ['PATCH', `/members/${theirs.id}`, { role: 'viewer' }],
    ['DELETE', `/members/${theirs.id}`],
  ];

  const answers = await Promise.all(
    routes.map(([method, path, body]) => api.call(path, { method, token: ours.token, body })),
  );

  const found = routes.filter((_, index) => answers[index]!.status !== 404);
  expect(found).toEqual([]);
});

test("another organisation's rows are in no list", async () => {
  const lists = ['/media', '/keys', '/invitations', '/credentials', '/members', '/audit'];

  const answers = await Promise.all(lists.map((path) => api.call(path, { token: ours.token })));

  const text = JSON.stringify(answers.map(({ body }) => body));
  for (const id of [...Object.values(ids), theirs.id, theirs.orgId]) expect(text).not.toContain(id);
});

test("another organisation's upload cannot be made an item", async () => {
  const { body: upload } = await api.call('/media/uploads', {
    token: theirs.token,
    body: { name: 'a.txt', sizeBytes: 3 },
  });
  expect(upload.path).toStartWith(theirs.orgId);

  const answer = await api.call('/media/process', {
    token: ours.token,
    body: { source: 'file', path: upload.path, name: 'a.txt' },
  });

  expect(answer.status).toBe(422);
});
