import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import type { PGlite } from '@electric-sql/pglite';
import { migrate, readMigrations } from '../../src/database/migrate.ts';
import { migratedDatabase } from '../../src/testing.ts';
import { temporaryDirectory } from '../loopback/temporary-directory.ts';

// Opening a database takes seconds on a busy machine.
setDefaultTimeout(60_000);

let database: PGlite;
let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(async () => {
  directory = temporaryDirectory();
  database = await migratedDatabase();
  await database.exec('delete from supabase_migrations.schema_migrations');
});
afterEach(async () => {
  await database.close();
  directory.remove();
});

const put = (file: string, sql: string) => writeFileSync(join(directory.path, file), sql);
const run = () => migrate(database, readMigrations(directory.path));
const tableExists = async (name: string) =>
  (await database.query<{ found: boolean }>('select to_regclass($1) is not null as found', [name])).rows[0]!.found;

test('migrations run in the order of their names, once', async () => {
  put('20260102000000_second.sql', 'insert into public.steps values (2);');
  put('20260101000000_first.sql', 'create table public.steps (n int); insert into public.steps values (1);');
  put('readme.md', 'not a migration');

  const first = await run();
  const second = await run();

  expect(first).toEqual(['20260101000000', '20260102000000']);
  expect(second).toEqual([]);
  expect((await database.query('select n from public.steps')).rows).toEqual([{ n: 1 }, { n: 2 }]);
});

test('what ran is recorded as the Supabase CLI records it', async () => {
  put('20260101000000_first_step.sql', 'select 1;');

  await run();

  const { rows } = await database.query('select version, name, statements from supabase_migrations.schema_migrations');
  expect(rows).toEqual([{ version: '20260101000000', name: 'first_step', statements: ['select 1;'] }]);
});

test('a migration that fails leaves nothing of itself, says where, and can run when it is mended', async () => {
  put('1_first.sql', 'create table public.kept (n int);');
  put('2_broken.sql', 'create table public.gone (n int);\n\ninsert into public.nowhere values (1);');

  await expect(run()).rejects.toMatchObject({
    code: 'migration-failed',
    message: 'Migration 2_broken, line 3: relation "public.nowhere" does not exist',
  });
  expect([await tableExists('public.kept'), await tableExists('public.gone')]).toEqual([true, false]);

  put('2_broken.sql', 'create table public.gone (n int);');
  expect(await run()).toEqual(['2']);
});

test('a migration changed after it ran stops the start and is named', async () => {
  put('1_first.sql', 'create table public.first (n int);');
  await run();

  put('1_first.sql', 'create table public.first (n bigint);');

  await expect(run()).rejects.toMatchObject({ code: 'migration-changed', message: expect.stringContaining('1_first') });
});

test('a database of a newer version is not touched', async () => {
  put('1_first.sql', 'select 1;');
  put('2_second.sql', 'select 2;');
  await run();

  rmSync(join(directory.path, '2_second.sql'));

  await expect(run()).rejects.toMatchObject({ code: 'database-newer', message: expect.stringContaining('2') });
});

test('migrations for pgvector can be left out', () => {
  mkdirSync(join(directory.path, 'nested_vector'), { recursive: true });
  put('1_first.sql', '');
  put('2_first_vector.sql', '');

  expect(readMigrations(directory.path, { vector: false }).map(({ name }) => name)).toEqual(['first']);
});
