import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Call, type Person, type RunningApi, runningApi } from '../running-api.ts';
import { seedOpportunity } from './seed-opportunity.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
});
afterAll(() => api.close());

const opportunityOf = ({ orgId }: Person) => seedOpportunity(api.kysely, orgId);
const as = ({ token }: Person, path: string, call: Call = {}) => api.call(`/opportunities${path}`, { token, ...call });

test('an opportunity goes from the inbox through a draft, a check and an act to waiting, and back', async () => {
  const owner = await api.founder();
  const id = await opportunityOf(owner);

  const { body: inbox } = await as(owner, '?state=new');
  const drafted = await as(owner, `/${id}`, { method: 'PATCH', body: { draft: 'On Sunday.' } });
  const unseen = await as(owner, `/${id}/act`, { body: { how: 'copied' } });
  const check = await as(owner, `/${id}/check`, { method: 'POST' });
  const acted = await as(owner, `/${id}/act`, { body: { how: 'copied', anyway: true } });
  const note = await as(owner, `/${id}/notes`, { body: { text: 'Sent.' } });
  const { body: counts } = await as(owner, '/counts');
  const restored = await as(owner, `/${id}/restore`, { method: 'POST' });

  expect(inbox.opportunities.map((one: { id: string }) => one.id)).toEqual([id]);
  expect(drafted.body).toMatchObject({ state: 'drafted', draft: 'On Sunday.' });
  expect(unseen.status).toBe(409);
  expect(check.status).toBe(202);
  expect(acted.body).toMatchObject({ state: 'waiting', actedBy: owner.id });
  expect(note.status).toBe(201);
  expect(counts).toEqual({ new: 0, drafted: 0, waiting: 1, done: 0, dismissed: 0, snoozed: 0 });
  expect(restored.body.state).toBe('drafted');
  expect((await as(owner, `/${id}/notes/${note.body.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await as(owner, `/${id}`)).body.notes).toEqual([]);
});

test('opportunities of another organisation are not found, whatever is asked of them', async () => {
  const stranger = await api.founder();
  const owner = await api.founder();
  const id = await opportunityOf(owner);

  const answers = await Promise.all([
    as(stranger, `/${id}`),
    as(stranger, `/${id}`, { method: 'PATCH', body: { state: 'done' } }),
    as(stranger, `/${id}/restore`, { method: 'POST' }),
    as(stranger, `/${id}/check`, { method: 'POST' }),
    as(stranger, `/${id}/act`, { body: { how: 'copied', anyway: true } }),
    as(stranger, `/${id}/notes`, { body: { text: 'Hello' } }),
  ]);
  const bulk = await as(stranger, '/bulk', { body: { action: 'change', ids: [id], change: { state: 'done' } } });

  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
  expect(bulk.body.refused).toMatchObject([{ id, code: 'not-found' }]);
  expect((await as(stranger, '')).body.opportunities).toEqual([]);
  expect((await as(stranger, '?q=When')).body.opportunities).toEqual([]);
  expect((await as(owner, '?q=When')).body.opportunities).toHaveLength(1);
});

test('a viewer reads the inbox and changes nothing', async () => {
  const owner = await api.founder();
  const viewer = await api.joiner(owner.orgId, 'viewer');
  const id = await opportunityOf(owner);

  const attempts = await Promise.all([
    as(viewer, `/${id}`, { method: 'PATCH', body: { state: 'done' } }),
    as(viewer, '/bulk', { body: { action: 'restore', ids: [id] } }),
    as(viewer, `/${id}/check`, { method: 'POST' }),
    as(viewer, `/${id}/act`, { body: { how: 'copied', anyway: true } }),
    as(viewer, `/${id}/notes`, { body: { text: 'Hello' } }),
  ]);

  expect(attempts.map(({ status }) => status)).toEqual(attempts.map(() => 403));
  expect((await as(viewer, `/${id}`)).body.state).toBe('new');
});

test('only who wrote a note, or an administrator, deletes it', async () => {
  const owner = await api.founder();
  const [ann, ben] = [await api.joiner(owner.orgId, 'member'), await api.joiner(owner.orgId, 'member')];
  const id = await opportunityOf(owner);
  const { body: note } = await as(ann, `/${id}/notes`, { body: { text: 'Mine' } });

  expect((await as(ben, `/${id}/notes/${note.id}`, { method: 'DELETE' })).status).toBe(403);
  expect((await as(owner, `/${id}/notes/${note.id}`, { method: 'DELETE' })).status).toBe(204);
});
