import { afterAll, beforeAll, expect, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import { kyselyOnPostgres, nativePostgres, type NativePostgres } from '@nexus/embedded/testing';
import { databaseAs, type DB } from '@nexus/shared/platform';
import { type Kysely, sql } from 'kysely';

let postgres: NativePostgres;
let kysely: Kysely<DB>;
beforeAll(async () => {
  postgres = await nativePostgres();
  kysely = kyselyOnPostgres<DB>(postgres.url, 10);
});
afterAll(async () => {
  await kysely.destroy();
  await postgres.stop();
});

const as = (sub: string) => databaseAs(kysely, { role: 'authenticated', sub }).transaction();

test('of two who found the first organisation at once one does', async () => {
  const found = (sub: string) =>
    as(sub).execute((tx) => sql`select private.found_org('First', 'a@example.com', true)`.execute(tx));

  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => found(randomUUID())));

  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict' });
});

test('two owners who leave at the same moment leave one', async () => {
  const owners = [randomUUID(), randomUUID()];
  const { id } = await kysely.insertInto('orgs').values({ name: 'Two' }).returning('id').executeTakeFirstOrThrow();
  await kysely
    .insertInto('members')
    .values(owners.map((user) => ({ org_id: id, user_id: user, role: 'owner', email: 'a@example.com' })))
    .execute();
  // Both are inside their transactions before either deletes.
  const both = Promise.withResolvers<void>();
  let waiting = 0;
  const leave = (user: string) =>
    as(user).execute(async (tx) => {
      await sql`select 1`.execute(tx);
      if (++waiting === 2) both.resolve();
      await both.promise;
      await tx.deleteFrom('members').where('user_id', '=', user).execute();
    });

  const outcomes = await Promise.allSettled(owners.map(leave));

  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const left = await kysely.selectFrom('members').select('role').where('org_id', '=', id).execute();
  expect(left).toEqual([{ role: 'owner' }]);
});

test('an invitation that two accept at once lets one in', async () => {
  const owner = randomUUID();
  const { id } = await kysely.insertInto('orgs').values({ name: 'Host' }).returning('id').executeTakeFirstOrThrow();
  await kysely
    .insertInto('members')
    .values({ org_id: id, user_id: owner, role: 'owner', email: 'a@example.com' })
    .execute();
  await kysely
    .insertInto('invitations')
    .values({
      org_id: id,
      role: 'member',
      token_hash: 'raced',
      created_by: owner,
      expires_at: sql`now() + interval '1 day'`,
    })
    .execute();

  const outcomes = await Promise.allSettled(
    [1, 2, 3].map(() =>
      as(randomUUID()).execute((tx) => sql`select private.accept_invitation('raced', 'b@example.com')`.execute(tx)),
    ),
  );

  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const members = await kysely.selectFrom('members').select('user_id').where('org_id', '=', id).execute();
  expect(members).toHaveLength(2);
});

test('a bucket gives no more than it holds, however many ask at once', async () => {
  const take = () => sql<{ wait: number }>`select private.take_token('raced', 20, 0.001) as wait`.execute(kysely);

  const waits = await Promise.all(Array.from({ length: 60 }, take));

  expect(waits.filter(({ rows }) => rows[0]?.wait === 0)).toHaveLength(20);
});
