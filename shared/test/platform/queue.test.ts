import { afterAll, beforeAll, expect, test } from 'bun:test';
import { kyselyOnPostgres, nativePostgres, type NativePostgres } from '@nexus/embedded/testing';
import { createQueue, databaseAs, type DB, defineJob, knowQueues, type Queue } from '@nexus/shared/platform';
import { type Kysely, sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import { z } from 'zod';

let postgres: NativePostgres;
let kysely: Kysely<DB>;
let boss: PgBoss;
let queue: Queue;

const job = defineJob({
  name: 'platform.test-queue',
  payload: z.object({ id: z.string() }),
  retry: { limit: 4, delaySeconds: 7, backoff: true },
  timeoutSeconds: 90,
  key: ({ id }) => id,
});

beforeAll(async () => {
  postgres = await nativePostgres();
  kysely = kyselyOnPostgres<DB>(postgres.url);
  boss = new PgBoss({ connectionString: postgres.url, supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue(job.name, { policy: 'short' });
  await knowQueues(boss, [job]);
  queue = createQueue(boss);
});
afterAll(async () => {
  await boss.stop({ graceful: false });
  await kysely.destroy();
  await postgres.stop();
});

const asUser = () => databaseAs(kysely, { role: 'authenticated', sub: crypto.randomUUID() });

async function jobsOf(id: string) {
  const { rows } = await sql<{
    retry_limit: number;
    retry_delay: number;
    retry_backoff: boolean;
    expire_seconds: number;
    priority: number;
    start_after: Date;
  }>`select * from pgboss.job where singleton_key = ${id}`.execute(kysely);
  return rows;
}

test('a user who has no right to the queue enqueues in their own transaction', async () => {
  const id = await asUser()
    .transaction()
    .execute((tx) => queue.send(job, { id: 'sent' }, { tx, priority: 3 }));

  expect(id).toBeString();
  expect(await jobsOf('sent')).toEqual([
    expect.objectContaining({ retry_limit: 4, retry_delay: 7, retry_backoff: true, expire_seconds: 90, priority: 3 }),
  ]);
});

test('a transaction that fails queues nothing', async () => {
  const failing = asUser()
    .transaction()
    .execute(async (tx) => {
      await queue.send(job, { id: 'undone' }, { tx });
      throw new Error('changed my mind');
    });

  await expect(failing).rejects.toThrow('changed my mind');
  expect(await jobsOf('undone')).toEqual([]);
});

test('after sending, the transaction runs as its caller again', async () => {
  const attempt = asUser()
    .transaction()
    .execute(async (tx) => {
      const before = await sql<{ role: string }>`select current_user as role`.execute(tx);
      await queue.send(job, { id: 'role' }, { tx });
      const after = await sql<{ role: string }>`select current_user as role`.execute(tx);
      expect([before.rows[0]?.role, after.rows[0]?.role]).toEqual(['authenticated', 'authenticated']);
      return sql`select * from pgboss.job`.execute(tx);
    });

  await expect(attempt).rejects.toMatchObject({ code: 'forbidden' });
});

test('a job whose key is queued already is not queued twice', async () => {
  const send = () =>
    asUser()
      .transaction()
      .execute((tx) => queue.send(job, { id: 'once' }, { tx }));

  const ids = [await send(), await send()];

  expect(ids).toEqual([expect.any(String), null]);
  expect(await jobsOf('once')).toHaveLength(1);
});

test('a job may start later', async () => {
  const startAfter = new Date(Date.now() + 3_600_000);

  await asUser()
    .transaction()
    .execute((tx) => queue.send(job, { id: 'later' }, { tx, startAfter }));

  expect((await jobsOf('later'))[0]?.start_after).toEqual(startAfter);
});

test('what does not fit the payload is not sent', async () => {
  const attempt = asUser()
    .transaction()
    .execute((tx) => queue.send(job, { id: 5 } as never, { tx }));

  await expect(attempt).rejects.toThrow();
});
