import { afterAll, beforeAll, expect, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import { kyselyOnPostgres, nativePostgres, type NativePostgres } from '@nexus/embedded/testing';
import { createVault, type DB } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { createTokenVerifier } from '../../src/app.ts';
import { clientOf, type RunningApi, runningApi } from '../running-api.ts';

// Two at once need two connections, so the database here is a native one.
let postgres: NativePostgres;
let rest: RunningApi;
let api: Pick<RunningApi, 'call' | 'founder' | 'joiner' | 'kysely'>;
const secret = 'a secret of at least thirty-two characters';

beforeAll(async () => {
  postgres = await nativePostgres();
  rest = await runningApi();
  const kysely = kyselyOnPostgres<DB>(postgres.url, 8);
  const ports = { ...rest.ports, kysely, verifyToken: createTokenVerifier({ secret, now: () => new Date() }) };
  api = { ...clientOf(ports, secret), kysely };
});
afterAll(async () => {
  await api.kysely.destroy();
  await rest.close();
  await postgres.stop();
});

const invitation = { role: 'viewer' };

async function countInvitations(orgId: string): Promise<number> {
  const rows = await api.kysely.selectFrom('invitations').select('id').where('org_id', '=', orgId).execute();
  return rows.length;
}

test('the same key with the same request acts once and answers alike', async () => {
  const owner = await api.founder();
  const send = () =>
    api.call('/invitations', { token: owner.token, body: invitation, headers: { 'idempotency-key': 'k1' } });

  const [first, second] = [await send(), await send()];

  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body).toEqual(first.body);
  expect(second.headers.get('idempotency-replayed')).toBe('true');
  expect(await countInvitations(owner.orgId)).toBe(1);
});

test('the same key with another body is refused and acts not at all', async () => {
  const owner = await api.founder();
  const headers = { 'idempotency-key': 'k2' };
  await api.call('/invitations', { token: owner.token, body: invitation, headers });

  const other = await api.call('/invitations', { token: owner.token, body: { role: 'member' }, headers });

  expect([other.status, Object.keys(other.body.fields)]).toEqual([422, ['Idempotency-Key']]);
  expect(await countInvitations(owner.orgId)).toBe(1);
});

test('keys of different callers never meet', async () => {
  const [one, two] = [await api.founder(), await api.founder()];

  const answers = await Promise.all(
    [one, two].map(({ token }) =>
      api.call('/invitations', { token, body: invitation, headers: { 'idempotency-key': 'same' } }),
    ),
  );

  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(answers[0]!.body.id).not.toBe(answers[1]!.body.id);
});

test('of many at once one acts, the others are told to come back, and then get its answer', async () => {
  const owner = await api.founder();
  const send = () =>
    api.call('/invitations', { token: owner.token, body: invitation, headers: { 'idempotency-key': 'k3' } });

  const answers = await Promise.all(Array.from({ length: 6 }, send));

  const made = answers.filter(({ status }) => status === 201);
  const told = answers.filter(({ status }) => status === 409);
  expect(made.length).toBeGreaterThanOrEqual(1);
  expect(made.length + told.length).toBe(6);
  for (const answer of told) expect(answer.headers.get('retry-after')).toBe('1');
  expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
  expect((await send()).body).toEqual(made[0]!.body);
  expect(await countInvitations(owner.orgId)).toBe(1);
});

test('an outcome that is a refusal is an outcome too', async () => {
  const owner = await api.founder();
  const send = (name: string) =>
    api.call('/orgs/current', {
      method: 'DELETE',
      token: owner.token,
      body: { confirmName: name },
      headers: { 'idempotency-key': 'k4' },
    });

  const [first, second] = [await send('wrong'), await send('wrong')];

  expect([first.status, second.status]).toEqual([422, 422]);
  expect(second.headers.get('content-type')).toBe('application/problem+json');
  expect(second.body).toEqual(first.body);
});

test('a failure of ours is not kept: the next try acts', async () => {
  const owner = await api.founder();
  let broken = true;
  const { writeLog } = rest.ports;
  const queue = {
    send: async () => {
      if (broken) throw new Error('the queue is away');
      return randomUUID();
    },
  };
  const flaky = clientOf(
    {
      ...rest.ports,
      writeLog,
      queue,
      kysely: api.kysely,
      verifyToken: createTokenVerifier({ secret, now: () => new Date() }),
    },
    secret,
  );
  const send = () =>
    flaky.call('/media/process', {
      token: owner.token,
      body: { source: 'text', text: 'x' },
      headers: { 'idempotency-key': 'k5' },
    });

  const first = await send();
  broken = false;
  const second = await send();

  expect([first.status, second.status]).toEqual([500, 202]);
  expect(second.headers.get('idempotency-replayed')).toBeNull();
});

test('an answer that shows a new key is stored sealed', async () => {
  const owner = await api.founder();
  const send = () =>
    api.call('/keys', {
      token: owner.token,
      body: { name: 'x', scopes: ['archive:read'] },
      headers: { 'idempotency-key': 'k6' },
    });

  const [first, second] = [await send(), await send()];

  expect(second.body.key).toBe(first.body.key);
  const row = await api.kysely
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('key', '=', 'k6')
    .executeTakeFirstOrThrow();
  expect(JSON.stringify(row)).not.toContain(first.body.key);
  const other = createVault(btoa('0'.repeat(32)));
  expect(
    other.open({ ciphertext: row.ciphertext!, keyId: row.key_id! }, `idempotency:${owner.id}/k6`),
  ).rejects.toThrow();
});

test('a request that died with its process may be sent again after two minutes, an answer is forgotten after a day', async () => {
  const owner = await api.founder();
  const send = (key: string) =>
    api.call('/invitations', { token: owner.token, body: invitation, headers: { 'idempotency-key': key } });
  await send('died');
  await send('old');
  const age = (key: string, interval: string, set: object) =>
    api.kysely
      .updateTable('idempotency_keys')
      .set({ created_at: sql`now() - ${interval}::interval`, ...set })
      .where('actor_id', '=', owner.id)
      .where('key', '=', key)
      .execute();
  const underWay = { status: null, ciphertext: null, key_id: null };

  await age('died', '1 minute', underWay);
  const early = await send('died');
  await age('died', '3 minutes', underWay);
  await age('old', '25 hours', {});

  expect(early.status).toBe(409);
  expect([(await send('died')).status, (await send('old')).status]).toEqual([201, 201]);
  expect(await countInvitations(owner.orgId)).toBe(4);
});

test('a key that cannot be one is refused', async () => {
  const owner = await api.founder();

  const answer = await api.call('/invitations', {
    token: owner.token,
    body: invitation,
    headers: { 'idempotency-key': 'x'.repeat(256) },
  });

  expect(answer.status).toBe(422);
});
