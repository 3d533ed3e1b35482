import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
});
afterAll(() => api.close());

test('whoever founds an organisation owns it and sees nothing of others', async () => {
  const first = await api.founder();
  const second = await api.founder();

  const me = await api.call('/me', { token: first.token });

  expect(me.status).toBe(200);
  expect(me.body.orgs).toEqual([{ id: first.orgId, name: `Org of ${first.email}`, role: 'owner' }]);
  expect(me.body.current).toMatchObject({ orgId: first.orgId, role: 'owner' });
  const foreign = await api.call('/orgs/current', { token: first.token, headers: { 'x-nexus-org': second.orgId } });
  expect(foreign.status).toBe(404);
  expect(foreign.body.code).toBe('not-found');
});

test('an item can be added and listed', async () => {
  const owner = await api.founder();

  const added = await api.call('/media/process', {
    token: owner.token,
    body: { source: 'text', text: 'Hello there.', name: 'note.txt' },
  });

  expect(added.status).toBe(202);
  expect(added.headers.get('location')).toBe(`/api/media/${added.body.id}`);
  const list = await api.call('/media', { token: owner.token });
  expect(list.body.items.map(({ id }: { id: string }) => id)).toEqual([added.body.id]);
});
