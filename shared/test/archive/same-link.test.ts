import { afterAll, beforeAll, expect, test } from 'bun:test';
import { kyselyOnPostgres, nativePostgres, type NativePostgres } from '@nexus/embedded/testing';
import { createItem, STEP_JOBS } from '../../src/archive/index.ts';
import { type Context, createQueue, databaseAs, type DB, knowQueues, ROLE_SCOPES } from '../../src/platform/index.ts';
import type { Kysely } from 'kysely';
import { PgBoss } from 'pg-boss';

let postgres: NativePostgres;
let kysely: Kysely<DB>;
let boss: PgBoss;

beforeAll(async () => {
  postgres = await nativePostgres();
  kysely = kyselyOnPostgres<DB>(postgres.url);
  boss = new PgBoss({ connectionString: postgres.url, supervise: false, schedule: false });
  await boss.start();
  for (const job of Object.values(STEP_JOBS)) await boss.createQueue(job.name, { policy: 'short' });
  await knowQueues(boss, Object.values(STEP_JOBS));
});
afterAll(async () => {
  await boss.stop({ graceful: false });
  await kysely.destroy();
  await postgres.stop();
});

/** An organisation of its own and its owner. Signing is never reached: nothing has a file yet. */
async function owner(): Promise<Context> {
  const [orgId, userId] = [crypto.randomUUID(), crypto.randomUUID()];
  await kysely.insertInto('orgs').values({ id: orgId, name: 'Test' }).execute();
  await kysely
    .insertInto('members')
    .values({ org_id: orgId, user_id: userId, role: 'owner', email: 'o@example.org' })
    .execute();
  return {
    orgId,
    actor: { kind: 'user', userId, keyId: null, role: 'owner', scopes: ROLE_SCOPES.owner },
    db: databaseAs(kysely, { role: 'authenticated', sub: userId }),
    queue: createQueue(boss),
    now: () => new Date(),
    log: { set: () => undefined },
  } as unknown as Context;
}

const talk = (url = 'https://example.org/talk') => ({ source: 'url' as const, url });

test('requests with the same link at the same moment make one item', async () => {
  const ctx = await owner();
  const spellings = [
    'http://example.org/talk/',
    'https://www.example.org/talk?utm_source=x',
    'https://example.org/talk#a',
  ];

  const items = await Promise.all([...spellings, ...spellings].map((url) => createItem(ctx, talk(url))));

  expect(new Set(items.map(({ id }) => id)).size).toBe(1);
  expect(items.filter(({ alreadyHere }) => !alreadyHere)).toHaveLength(1);
});

test('the same link belongs to each organisation on its own', async () => {
  const [ours, theirs] = await Promise.all([owner(), owner()]);

  const items = await Promise.all([createItem(ours, talk()), createItem(theirs, talk())]);

  expect(items.map(({ alreadyHere }) => alreadyHere)).toEqual([false, false]);
});

test('one that failed is tried again, one that was deleted is added anew', async () => {
  const ctx = await owner();
  const { id } = await createItem(ctx, talk());
  await kysely.updateTable('items').set({ status: 'failed' }).where('id', '=', id).execute();
  await kysely
    .updateTable('item_steps')
    .set({ state: 'failed' })
    .where('item_id', '=', id)
    .where('position', '=', 0)
    .execute();

  const retried = await createItem(ctx, talk());
  await kysely.deleteFrom('items').where('id', '=', id).execute();
  const anew = await createItem(ctx, talk());

  expect(retried).toMatchObject({ id, alreadyHere: true, status: 'queued' });
  expect(anew).toMatchObject({ alreadyHere: false });
  expect(anew.id).not.toBe(id);
});

test('an address that was found behind another one leads to its item', async () => {
  const ctx = await owner();
  const { id } = await createItem(ctx, talk('https://short.example/x'));
  await kysely
    .insertInto('item_links')
    .values({ org_id: ctx.orgId, item_id: id, link_key: 'youtube:dQw4w9WgXcQ' })
    .execute();

  const again = await createItem(ctx, talk('https://youtu.be/dQw4w9WgXcQ'));

  expect(again).toMatchObject({ id, alreadyHere: true });
});
