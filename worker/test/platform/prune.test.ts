import { afterAll, beforeAll, expect, test } from 'bun:test';
import { prune } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { testWorker } from '../running/test-worker.ts';

let nexus: Awaited<ReturnType<typeof testWorker>>;

beforeAll(async () => {
  nexus = await testWorker();
});

afterAll(() => nexus.stop());

test('what has served its time goes, what is young or in use stays', async () => {
  const old = await nexus.upload('never-claimed.txt', 'nobody asked for this');
  const young = await nexus.upload('just-sent.txt', 'its item comes in a second');
  await nexus.ports.db.transaction().execute(async (tx) => {
    await sql`update storage.objects set created_at = now() - interval '25 hours' where name = ${old}`.execute(tx);
    await sql`insert into rate_limits (bucket, tokens, refilled_at) values ('idle', 1, now() - interval '2 hours'), ('busy', 1, now())`.execute(
      tx,
    );
    await nexus.ports.queue.send(prune, { hour: '2026-01-01T00' }, { tx });
  });

  while ((await nexus.ports.storage.stat(old)) !== null) await Bun.sleep(20);

  expect(await nexus.ports.storage.stat(young)).not.toBeNull();
  const left = await nexus.ports.db
    .transaction()
    .execute((tx) => tx.selectFrom('rate_limits').select('bucket').execute());
  expect(left.map(({ bucket }) => bucket)).toEqual(['busy']);
});
