import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Person, type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
});
afterAll(() => api.close());

async function limited(bytes: number): Promise<Person> {
  const owner = await api.founder();
  await api.kysely.updateTable('orgs').set({ storage_limit_bytes: bytes }).where('id', '=', owner.orgId).execute();
  return owner;
}
const announce = (person: Person, sizeBytes: number) =>
  api.call('/media/uploads', { token: person.token, body: { name: 'talk.mp3', sizeBytes } });

test('uploads announced at the same time never get more room together than there is', async () => {
  const owner = await limited(1000);

  const answers = await Promise.all(Array.from({ length: 4 }, () => announce(owner, 400)));

  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 402, 402]);
  expect(answers.find(({ status }) => status === 402)?.body.code).toBe('quota-exceeded');
});

test('an upload that is given up leaves its room to the next', async () => {
  const owner = await limited(1000);
  const { body: first } = await announce(owner, 900);
  const refused = await announce(owner, 900);

  const dropped = await api.call('/media/uploads', {
    method: 'DELETE',
    token: owner.token,
    body: { path: first.path },
  });

  expect(refused.status).toBe(402);
  expect(dropped.status).toBe(204);
  expect((await announce(owner, 900)).status).toBe(201);
});

test('nobody gives up an upload of another organisation', async () => {
  const owner = await limited(1000);
  const stranger = await api.founder();
  const { body: upload } = await announce(owner, 900);

  const { status } = await api.call('/media/uploads', {
    method: 'DELETE',
    token: stranger.token,
    body: { path: upload.path },
  });

  expect(status).toBe(404);
  expect((await announce(owner, 900)).status).toBe(402);
});

test('a day later an upload that never came holds no room', async () => {
  const owner = await limited(1000);
  await announce(owner, 900);
  await api.kysely
    .updateTable('upload_reservations')
    .set({ expires_at: new Date(Date.now() - 1000) })
    .where('org_id', '=', owner.orgId)
    .execute();

  expect((await announce(owner, 900)).status).toBe(201);
});
