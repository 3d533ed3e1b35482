import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { sql } from 'kysely';

// Opening a database takes seconds on a busy machine.
setDefaultTimeout(60_000);
import {
  kyselyOnPglite,
  kyselyOnPostgres,
  migratedDatabase,
  type NativePostgres,
  nativePostgres,
} from '../../src/testing.ts';

let native: NativePostgres;
beforeAll(async () => {
  native = await nativePostgres();
});
afterAll(() => native.stop());

test('a native Postgres runs the same migrations as PGlite, but for pgvector', async () => {
  const postgres = kyselyOnPostgres<unknown>(native.url);
  const database = await migratedDatabase();
  const applied = sql<{ name: string }>`select name from supabase_migrations.schema_migrations order by version`;

  const onPostgres = (await applied.execute(postgres)).rows.map(({ name }) => name);
  const onPglite = (await applied.execute(kyselyOnPglite(database))).rows.map(({ name }) => name);

  expect(onPostgres.length).toBeGreaterThan(0);
  expect(onPostgres).toEqual(onPglite.filter((name) => !name.endsWith('_vector')));
  await database.close();
  await postgres.destroy();
});

test('several connections work at once, each in its own transaction', async () => {
  const postgres = kyselyOnPostgres<unknown>(native.url);
  await sql`create table public.tickets (id int primary key)`.execute(postgres);
  await sql`insert into public.tickets select generate_series(1, 4)`.execute(postgres);
  const together = Promise.withResolvers<void>();
  let holding = 0;

  const take = () =>
    postgres.transaction().execute(async (tx) => {
      const { rows } = await sql<{
        id: number;
      }>`select id from public.tickets order by id limit 1 for update skip locked`.execute(tx);
      if (++holding === 4) together.resolve();
      await together.promise;
      return rows[0]!.id;
    });
  const taken = await Promise.all([take(), take(), take(), take()]);

  expect(taken.sort()).toEqual([1, 2, 3, 4]);
  await postgres.destroy();
});

test('the API roles are bound by policies and the service role is not', async () => {
  const postgres = kyselyOnPostgres<unknown>(native.url);

  const { rows } = await sql`
    select rolname, rolbypassrls, rolcanlogin from pg_roles
    where rolname in ('anon', 'authenticated', 'service_role', 'authenticator') order by rolname`.execute(postgres);

  expect(rows).toEqual([
    { rolname: 'anon', rolbypassrls: false, rolcanlogin: false },
    { rolname: 'authenticated', rolbypassrls: false, rolcanlogin: false },
    { rolname: 'authenticator', rolbypassrls: false, rolcanlogin: true },
    { rolname: 'service_role', rolbypassrls: true, rolcanlogin: false },
  ]);
  await postgres.destroy();
});
