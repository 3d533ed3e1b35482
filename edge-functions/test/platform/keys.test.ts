import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Person, type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
});
afterAll(() => api.close());

async function makeKey(person: Person, scopes: string[], more: object = {}) {
  const { status, body } = await api.call('/keys', { token: person.token, body: { name: 'key', scopes, ...more } });
  expect(status).toBe(201);
  return body as { id: string; key: string; prefix: string };
}

test('a key is shown once and stored as a hash', async () => {
  const owner = await api.founder();

  const made = await makeKey(owner, ['archive:read']);

  expect(made.key).toMatch(/^nx_[0-9A-Za-z]{40}$/);
  expect(made.prefix).toBe(made.key.slice(0, 9));
  const { body } = await api.call('/keys', { token: owner.token });
  expect(body.keys).toHaveLength(1);
  expect(JSON.stringify(body)).not.toContain(made.key);
  const stored = await api.kysely
    .selectFrom('api_keys')
    .selectAll()
    .where('id', '=', made.id)
    .executeTakeFirstOrThrow();
  expect(Object.values(stored)).not.toContain(made.key);
  expect(stored.hash).toMatch(/^[0-9a-f]{64}$/);
});

test('a key does what its scopes allow, for its organisation alone', async () => {
  const owner = await api.founder();
  const other = await api.founder();
  const { key } = await makeKey(owner, ['archive:read']);

  const [read, write, me, elsewhere] = await Promise.all([
    api.call('/media', { token: key }),
    api.call('/media/process', { token: key, body: { source: 'text', text: 'x' } }),
    api.call('/me', { token: key }),
    api.call('/media', { token: key, headers: { 'x-nexus-org': other.orgId } }),
  ]);

  expect(read!.status).toBe(200);
  expect([write!.status, write!.body.code]).toEqual([403, 'forbidden']);
  expect(write!.body.detail).toContain('archive:write');
  expect(me!.body.current).toEqual({ orgId: owner.orgId, role: 'owner', scopes: ['archive:read'] });
  expect(elsewhere!.status).toBe(404);
});

test('nobody makes a key that may do more than they may', async () => {
  const owner = await api.founder();
  const viewer = await api.joiner(owner.orgId, 'viewer');

  const answer = await api.call('/keys', {
    token: viewer.token,
    body: { name: 'x', scopes: ['archive:read', 'archive:write'] },
  });

  expect(answer.status).toBe(403);
});

test('a key loses what its maker loses', async () => {
  const owner = await api.founder();
  const member = await api.joiner(owner.orgId, 'member');
  const { key } = await makeKey(member, ['archive:read', 'archive:write']);
  const add = () => api.call('/media/process', { token: key, body: { source: 'text', text: 'x' } });
  expect((await add()).status).toBe(202);

  await api.call(`/members/${member.id}`, { method: 'PATCH', token: owner.token, body: { role: 'viewer' } });
  expect((await add()).status).toBe(403);

  await api.call(`/members/${member.id}`, { method: 'DELETE', token: owner.token });
  expect((await add()).status).toBe(401);
});

test('a revoked key ends at once; revoking again changes nothing', async () => {
  const owner = await api.founder();
  const { id, key } = await makeKey(owner, ['archive:read']);

  const answers = [
    await api.call(`/keys/${id}`, { method: 'DELETE', token: owner.token }),
    await api.call(`/keys/${id}`, { method: 'DELETE', token: owner.token }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([204, 204]);
  expect((await api.call('/media', { token: key })).status).toBe(401);
  const acts = await api.kysely.selectFrom('audit_log').select('action').where('subject_id', '=', id).execute();
  expect(acts.map(({ action }) => action)).toEqual(['platform.create-key', 'platform.revoke-key']);
});

test('a key works until it expires', async () => {
  const owner = await api.founder();
  const { id, key } = await makeKey(owner, ['archive:read'], {
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
  });
  expect((await api.call('/media', { token: key })).status).toBe(200);

  await api.kysely
    .updateTable('api_keys')
    .set({ expires_at: new Date(Date.now() - 1000) })
    .where('id', '=', id)
    .execute();

  expect((await api.call('/media', { token: key })).status).toBe(401);
  const past = await api.call('/keys', {
    token: owner.token,
    body: { name: 'x', scopes: ['archive:read'], expiresAt: '2020-01-01T00:00:00Z' },
  });
  expect(Object.keys(past.body.fields)).toEqual(['expiresAt']);
});

test('the last use is known', async () => {
  const owner = await api.founder();
  const { key } = await makeKey(owner, ['archive:read']);

  await api.call('/media', { token: key });

  const { body } = await api.call('/keys', { token: owner.token });
  expect(Date.now() - Date.parse(body.keys[0].lastUsedAt)).toBeLessThan(60_000);
});

test('a key makes keys only with platform:admin, and founds no organisations', async () => {
  const owner = await api.founder();
  const { key: plain } = await makeKey(owner, ['archive:read']);
  const { key: admin } = await makeKey(owner, ['archive:read', 'platform:admin']);
  const body = { name: 'child', scopes: ['archive:read'] };

  const made = await Promise.all([plain, admin].map((token) => api.call('/keys', { token, body })));
  const founded = await api.call('/orgs', { token: admin, body: { name: 'mine' } });

  expect(made.map(({ status }) => status)).toEqual([403, 201]);
  expect(founded.status).toBe(403);
  const act = await api.kysely
    .selectFrom('audit_log')
    .selectAll()
    .where('subject_id', '=', made[1]!.body.id)
    .executeTakeFirstOrThrow();
  expect(act).toMatchObject({ actor_kind: 'key', actor_user_id: owner.id });
});
