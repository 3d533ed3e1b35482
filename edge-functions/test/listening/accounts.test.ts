import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Person, type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
});
afterAll(() => api.close());

const cookiesOf = (number: number, token = 's3cr3t-token') =>
  `auth_token=${token}${number}; ct0=s3cr3t-csrf; twid=u%3D${number}`;
const add = (person: Person, change: object = {}) =>
  api.call('/accounts', { token: person.token, body: { label: 'First', cookies: cookiesOf(77), ...change } });

test('an account is added, listed and read without its cookies and the sign-in of its proxy', async () => {
  const owner = await api.founder();

  const made = await add(owner, { proxy: 'socks5://anna:pr0xy-pass@proxy.test:1080', dailyCap: 40 });
  const list = await api.call('/accounts', { token: owner.token });
  const one = await api.call(`/accounts/${made.body.id}`, { token: owner.token });
  const audit = await api.call('/audit', { token: owner.token });

  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    label: 'First',
    network: 'x',
    externalId: '77',
    proxy: 'socks5://proxy.test:1080',
    dailyCap: 40,
    usedToday: 0,
    enabled: true,
    state: 'active',
    problem: null,
    cooling: [],
    inUse: null,
  });
  expect(list.body.accounts).toEqual([made.body]);
  expect(one.body).toEqual(made.body);
  const row = await api.kysely
    .selectFrom('accounts')
    .selectAll()
    .where('id', '=', made.body.id)
    .executeTakeFirstOrThrow();
  expect(JSON.stringify([made, list, one, audit, row])).not.toMatch(/s3cr3t|pr0xy-pass/);
});

test('the same account is not added twice, known by its number or by its sign-in', async () => {
  const [owner, other] = [await api.founder(), await api.founder()];
  const withoutNumber = 'auth_token=same; ct0=one';
  await add(owner);
  await add(owner, { cookies: withoutNumber, label: undefined });

  const answers = [
    await add(owner, { label: 'Second', cookies: cookiesOf(77, 'newer') }),
    await add(owner, { cookies: 'auth_token=same; ct0=two' }),
    await add(other),
  ];

  expect(answers.map(({ status }) => status)).toEqual([409, 409, 201]);
  expect(answers[0]?.body.detail).toBe(
    'This account is here already as “First”. To renew its cookies, paste them there.',
  );
});

test.each([
  ['cookies that lack something', { cookies: 'auth_token=a' }, 'cookies'],
  ['empty cookies', { cookies: ' ' }, 'cookies'],
  ['a proxy without a port', { proxy: 'http://proxy.test' }, 'proxy'],
  ['a proxy of another kind', { proxy: 'ftp://proxy.test:21' }, 'proxy'],
  ['a cap of nothing', { dailyCap: 0 }, 'dailyCap'],
  ['a label of nothing', { label: ' ' }, 'label'],
  ['another network', { network: 'y' }, 'network'],
])('%s is a 422 that names the field', async (_, change, field) => {
  const { status, body } = await add(await api.founder(), change);

  expect([status, Object.keys(body.fields)]).toEqual([422, [field]]);
});

test('a change keeps what it does not name, and new cookies make the account active again', async () => {
  const owner = await api.founder();
  const { body: made } = await add(owner, { proxy: 'http://proxy.test:8080' });
  const patch = (change: object) =>
    api.call(`/accounts/${made.id}`, { method: 'PATCH', token: owner.token, body: change });
  await api.kysely
    .updateTable('accounts')
    .set({
      state: 'needs-cookies',
      problem: JSON.stringify({ code: 'needs-cookies', detail: 'Signed out.' }),
      problem_at: new Date(),
    })
    .where('id', '=', made.id)
    .execute();

  const paused = await patch({ enabled: false, label: 'Renamed', dailyCap: 9 });
  const foreign = await patch({ cookies: cookiesOf(78) });
  const renewed = await patch({ cookies: cookiesOf(77, 'newer'), enabled: true });
  const direct = await patch({ proxy: null });
  const nothing = await patch({});

  expect(paused.body).toMatchObject({
    state: 'paused',
    label: 'Renamed',
    dailyCap: 9,
    proxy: 'http://proxy.test:8080',
    problem: { detail: 'Signed out.' },
  });
  expect(foreign.status).toBe(409);
  expect(renewed.body).toMatchObject({ state: 'active', problem: null });
  expect(direct.body.proxy).toBeNull();
  expect(nothing.body).toEqual(direct.body);
});

test('a reset brings a retired account back, and a deleted one is gone', async () => {
  const owner = await api.founder();
  const { body: made } = await add(owner);
  await api.kysely.updateTable('accounts').set({ state: 'banned' }).where('id', '=', made.id).execute();

  const reset = await api.call(`/accounts/${made.id}/reset`, { method: 'POST', token: owner.token });
  const removed = await api.call(`/accounts/${made.id}`, { method: 'DELETE', token: owner.token });
  const gone = await api.call(`/accounts/${made.id}`, { token: owner.token });

  expect([reset.body.state, removed.status, gone.status]).toEqual(['active', 204, 404]);
});

test('members see accounts and change none; strangers do not see them', async () => {
  const [owner, stranger] = [await api.founder(), await api.founder()];
  const member = await api.joiner(owner.orgId, 'member');
  const { body: made } = await add(owner);
  const asMember = (path: string, method: string, body?: object) =>
    api.call(path, { method, token: member.token, ...(body && { body }) });

  const seen = await asMember('/accounts', 'GET');
  const refused = [
    await asMember('/accounts', 'POST', { cookies: cookiesOf(5) }),
    await asMember(`/accounts/${made.id}`, 'PATCH', { label: 'Mine' }),
    await asMember(`/accounts/${made.id}/reset`, 'POST'),
    await asMember(`/accounts/${made.id}`, 'DELETE'),
  ];
  const foreign = [
    await api.call(`/accounts/${made.id}`, { token: stranger.token }),
    await api.call(`/accounts/${made.id}`, { method: 'PATCH', token: stranger.token, body: { label: 'Mine' } }),
    await api.call(`/accounts/${made.id}/reset`, { method: 'POST', token: stranger.token }),
    await api.call(`/accounts/${made.id}`, { method: 'DELETE', token: stranger.token }),
  ];

  expect(seen.body.accounts).toHaveLength(1);
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  expect(foreign.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  expect((await api.call('/accounts', { token: owner.token })).body.accounts[0].label).toBe('First');
});
