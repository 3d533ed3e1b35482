import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { type EmbeddedServer, embeddedServer } from '../loopback/embedded-server.ts';

// Opening a database takes seconds on a busy machine.
setDefaultTimeout(60_000);

let server: EmbeddedServer;
beforeAll(async () => {
  server = await embeddedServer({ signUp: 'invited' });
  const { data } = await server.client().auth.signUp({ email: 'founder@example.test', password });
  await server.database.query(
    `with org as (insert into public.orgs (name) values ('Founders') returning id),
     founder as (
       insert into public.members (org_id, user_id, role, email) select id, $2, 'owner', 'founder@example.test' from org
     )
     insert into public.invitations (org_id, role, token_hash, created_by, expires_at)
     select id, 'member', $1, $2, now() + interval '1 hour' from org`,
    [createHash('sha256').update('come-in').digest('hex'), data.user!.id],
  );
});
afterAll(() => server.stop());

const password = 'a long enough password';

test('the first user signs up without an invitation', async () => {
  const { data } = await server.client().auth.signInWithPassword({ email: 'founder@example.test', password });

  expect(data.session).not.toBeNull();
});

test('after the first user nobody signs up without an invitation', async () => {
  const plain = await server.client().auth.signUp({ email: 'stranger@example.test', password });
  const guessed = await server.client().auth.signUp({
    email: 'stranger@example.test',
    password,
    options: { data: { invitation: 'let-me-in' } },
  });

  expect(plain.error?.code).toBe('signup_disabled');
  expect(guessed.error?.code).toBe('signup_disabled');
});

test('a sign-in link makes no account either', async () => {
  const { error } = await server.client().auth.signInWithOtp({ email: 'stranger@example.test' });
  const { rows } = await server.database.query(`select from auth.users where email = 'stranger@example.test'`);

  expect(error).not.toBeNull();
  expect(rows).toEqual([]);
});

test('an open invitation lets its holder sign up', async () => {
  const { data } = await server.client().auth.signUp({
    email: 'invited@example.test',
    password,
    options: { data: { invitation: 'come-in' } },
  });

  expect(data.session).not.toBeNull();
});
