import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import type { PGlite } from '@electric-sql/pglite';
import { sql } from 'kysely';
import { liteConnection } from '../../src/auth/lite-connection.ts';
import { kyselyOnPglite, migratedDatabase } from '../../src/testing.ts';

// Opening a database takes seconds on a busy machine.
setDefaultTimeout(60_000);

let database: PGlite;
beforeAll(async () => {
  database = await migratedDatabase();
  await database.exec('create table public.entries (author text)');
});
afterAll(() => database.close());

const oneTurn = () => new Promise((resolve) => setImmediate(resolve));

test('a transaction of auth or REST keeps others out until it ends, so none is rolled back with it', async () => {
  const lite = await liteConnection(database);
  const began = Promise.withResolvers<void>();

  const failing = lite.runInTransaction(async (tx) => {
    await tx.insertInto('public.entries').values({ author: 'auth' }).execute();
    began.resolve();
    // Auth signs tokens inside its transactions, which takes it out of the turn.
    await oneTurn();
    throw new Error('refused');
  });
  await began.promise;
  const others = [
    database.query(`insert into public.entries values ('query')`),
    database.transaction((tx) => tx.query(`insert into public.entries values ('transaction')`)),
    kyselyOnPglite(database)
      .transaction()
      .execute((tx) => sql`insert into public.entries values ('kysely')`.execute(tx)),
  ];
  await expect(failing).rejects.toThrow('refused');
  await Promise.all(others);

  const { rows } = await database.query('select author from public.entries order by author');
  expect(rows).toEqual([{ author: 'kysely' }, { author: 'query' }, { author: 'transaction' }]);
});
