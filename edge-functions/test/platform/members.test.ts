import { afterAll, beforeAll, expect, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import { type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
});
afterAll(() => api.close());

async function stranger(email = `${randomUUID()}@example.com`) {
  const id = randomUUID();
  return { id, email, token: await api.token({ id, email }) };
}

async function invite(token: string, body: object) {
  const answer = await api.call('/invitations', { token, body });
  expect(answer.status).toBe(201);
  return answer.body as { id: string; token: string; path: string };
}

test('whoever has the link sees where it leads, and joins by it once', async () => {
  const owner = await api.founder();
  const invitation = await invite(owner.token, { role: 'member' });
  const [first, second] = await Promise.all([stranger(), stranger()]);

  const preview = await api.call(`/invitations/lookup/${invitation.token}`);
  const joined = await api.call('/invitations/accept', { token: first.token, body: { token: invitation.token } });
  const again = await api.call('/invitations/accept', { token: first.token, body: { token: invitation.token } });
  const other = await api.call('/invitations/accept', { token: second.token, body: { token: invitation.token } });

  expect(invitation.path).toBe(`/invite/${invitation.token}`);
  expect(preview.body).toEqual({ orgName: `Org of ${owner.email}`, role: 'member', email: null });
  expect(joined.body).toEqual({ orgId: owner.orgId, role: 'member' });
  expect(again.body).toEqual(joined.body);
  expect(other.status).toBe(404);
  expect((await api.call(`/invitations/lookup/${invitation.token}`)).status).toBe(404);
});

test('the token of an invitation is stored as a hash', async () => {
  const owner = await api.founder();

  const { id, token } = await invite(owner.token, { role: 'viewer' });

  const row = await api.kysely.selectFrom('invitations').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  expect(Object.values(row)).not.toContain(token);
});

test('an invitation for one address is for nobody else', async () => {
  const owner = await api.founder();
  const guest = await stranger('Guest@Example.com');
  const other = await stranger();
  const { token } = await invite(owner.token, { role: 'viewer', email: 'guest@example.com' });

  const answers = [];
  for (const person of [other, guest])
    answers.push(await api.call('/invitations/accept', { token: person.token, body: { token } }));

  expect(answers.map(({ status }) => status)).toEqual([403, 200]);
});

test('an invitation ends when it is revoked, expires, or its maker is removed', async () => {
  const owner = await api.founder();
  const admin = await api.joiner(owner.orgId, 'admin');
  const [revoked, expired, orphaned] = [
    await invite(owner.token, { role: 'viewer' }),
    await invite(owner.token, { role: 'viewer' }),
    await invite(admin.token, { role: 'viewer' }),
  ];

  await api.call(`/invitations/${revoked.id}`, { method: 'DELETE', token: admin.token });
  await api.kysely
    .updateTable('invitations')
    .set({ expires_at: new Date(0) })
    .where('id', '=', expired.id)
    .execute();
  await api.call(`/members/${admin.id}`, { method: 'DELETE', token: owner.token });

  for (const { token } of [revoked, expired, orphaned]) {
    const guest = await stranger();
    expect((await api.call('/invitations/accept', { token: guest.token, body: { token } })).status).toBe(404);
  }
});

test('only owners make, change and remove owners', async () => {
  const owner = await api.founder();
  const admin = await api.joiner(owner.orgId, 'admin');
  const member = await api.joiner(owner.orgId, 'member');

  const answers = [
    await api.call('/invitations', { token: admin.token, body: { role: 'owner' } }),
    await api.call(`/members/${member.id}`, { method: 'PATCH', token: admin.token, body: { role: 'owner' } }),
    await api.call(`/members/${owner.id}`, { method: 'PATCH', token: admin.token, body: { role: 'viewer' } }),
    await api.call(`/members/${owner.id}`, { method: 'DELETE', token: admin.token }),
    await api.call(`/members/${member.id}`, { method: 'PATCH', token: owner.token, body: { role: 'owner' } }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 200]);
});

test('the last owner stays, in words that say what to do', async () => {
  const owner = await api.founder();

  const answers = [
    await api.call(`/members/${owner.id}`, { method: 'DELETE', token: owner.token }),
    await api.call(`/members/${owner.id}`, { method: 'PATCH', token: owner.token, body: { role: 'admin' } }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([409, 409]);
  expect(answers[0]!.body.detail).toContain('Make somebody else an owner first');
});

test('everyone may leave, and takes their keys along', async () => {
  const owner = await api.founder();
  const viewer = await api.joiner(owner.orgId, 'viewer');
  const { body: key } = await api.call('/keys', { token: viewer.token, body: { name: 'x', scopes: ['archive:read'] } });

  const left = await api.call(`/members/${viewer.id}`, { method: 'DELETE', token: viewer.token });

  expect(left.status).toBe(204);
  expect((await api.call('/media', { token: key.key })).status).toBe(401);
  const { body } = await api.call('/audit', { token: owner.token });
  expect(body.entries.find(({ subjectId }: { subjectId: string }) => subjectId === viewer.id)).toMatchObject({
    action: 'platform.remove-member',
    actorUserId: viewer.id,
    details: { email: viewer.email, role: 'viewer' },
  });
});

test('text that cannot be stored is a 422 or made whole, not a defect', async () => {
  const owner = await api.founder();

  const answers = await Promise.all(
    ['a\u0000b', 'a\ud800b'].map((name) =>
      api.call('/orgs/current', { method: 'PATCH', token: owner.token, body: { name } }),
    ),
  );

  expect(answers.map(({ status }) => status)).toEqual([422, 200]);
  expect(answers[1]!.body.name).toBe('a\ufffdb');
});

test('what members may not see or do is refused by their role', async () => {
  const owner = await api.founder();
  const member = await api.joiner(owner.orgId, 'member');
  const viewer = await api.joiner(owner.orgId, 'viewer');

  const refused = await Promise.all([
    ...['/invitations', '/credentials', '/audit'].map((path) => api.call(path, { token: member.token })),
    api.call('/invitations', { token: member.token, body: { role: 'viewer' } }),
    api.call('/orgs/current', { method: 'PATCH', token: member.token, body: { name: 'x' } }),
    api.call('/media/process', { token: viewer.token, body: { source: 'text', text: 'x' } }),
  ]);
  const allowed = await Promise.all(
    ['/members', '/orgs/current', '/orgs/current/usage', '/catalogue', '/media', '/keys'].map((path) =>
      api.call(path, { token: viewer.token }),
    ),
  );

  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
  expect(allowed.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
});

test('only the first may found when only the first is wanted, even if two try at once', async () => {
  const fresh = await runningApi();
  try {
    expect((await fresh.call('/setup')).body).toMatchObject({ ownerExists: false, signUp: 'open', google: false });
    const tokens = await Promise.all([1, 2].map(() => fresh.token({ id: randomUUID(), email: 'a@example.com' })));

    const answers = await Promise.all(
      tokens.map((token) => fresh.call('/orgs', { token, body: { name: 'First', onlyFirst: true } })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await fresh.call('/setup')).body.ownerExists).toBe(true);
  } finally {
    await fresh.close();
  }
});

test('where people come by invitation only, nobody but the first founds', async () => {
  const closed = await runningApi({ signUp: 'invited' });
  try {
    const first = await closed.founder();
    const token = await closed.token({ id: randomUUID(), email: 'a@example.com' });

    const second = await closed.call('/orgs', { token, body: { name: 'Second' } });

    expect(first.orgId).toBeString();
    expect([second.status, second.body.code]).toEqual([409, 'conflict']);
  } finally {
    await closed.close();
  }
});

test('an organisation is renamed by its admins and deleted by an owner who types its name', async () => {
  const owner = await api.founder();
  const admin = await api.joiner(owner.orgId, 'admin');
  await api.call('/media/process', { token: owner.token, body: { source: 'text', text: 'x' } });

  const renamed = await api.call('/orgs/current', { method: 'PATCH', token: admin.token, body: { name: 'New name' } });
  const refused = await api.call('/orgs/current', {
    method: 'DELETE',
    token: admin.token,
    body: { confirmName: 'New name' },
  });
  const mistyped = await api.call('/orgs/current', {
    method: 'DELETE',
    token: owner.token,
    body: { confirmName: 'Old name' },
  });
  const deleted = await api.call('/orgs/current', {
    method: 'DELETE',
    token: owner.token,
    body: { confirmName: 'New name' },
  });

  expect(renamed.body.name).toBe('New name');
  expect([refused.status, mistyped.status, deleted.status]).toEqual([403, 422, 204]);
  expect((await api.call('/me', { token: admin.token })).body.orgs).toEqual([]);
  expect(await api.kysely.selectFrom('items').select('id').where('org_id', '=', owner.orgId).execute()).toEqual([]);
});

test('whoever belongs to two organisations chooses, and the two never mix', async () => {
  const first = await api.founder();
  const second = await api.founder();
  await api.kysely
    .insertInto('members')
    .values({ org_id: second.orgId, user_id: first.id, role: 'viewer', email: first.email })
    .execute();
  await api.call('/media/process', { token: second.token, body: { source: 'text', text: 'x' } });
  const there = { 'x-nexus-org': second.orgId };

  const [own, other, me] = await Promise.all([
    api.call('/media', { token: first.token }),
    api.call('/media', { token: first.token, headers: there }),
    api.call('/me', { token: first.token, headers: there }),
  ]);

  expect(own!.body.items).toEqual([]);
  expect(other!.body.items).toHaveLength(1);
  expect(me!.body.current).toMatchObject({ orgId: second.orgId, role: 'viewer' });
  const item = other!.body.items[0].id;
  expect((await api.call(`/media/${item}`, { token: first.token })).status).toBe(404);
});
