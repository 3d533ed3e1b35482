import { afterAll, beforeAll, expect, test } from 'bun:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migratedDatabase, type NativePostgres, nativePostgres } from '../../src/testing.ts';
import { SETUP_MILLISECONDS } from './storage-server.ts';

const SCHEMA = await Bun.file(fileURLToPath(new URL('../../src/storage/schema.sql', import.meta.url))).text();
const FUNCTIONS = `select storage.foldername('a/b/c.tar.gz') as folders, storage.foldername('c.txt') as none,
  storage.filename('a/b/c.tar.gz') as file, storage.extension('a/b/c.tar.gz') as extension`;
const EXPECTED = { folders: ['a', 'b'], none: [], file: 'c.tar.gz', extension: 'gz' };

let native: NativePostgres;
beforeAll(async () => {
  native = await nativePostgres();
}, SETUP_MILLISECONDS);
afterAll(() => native.stop());

test(
  'the schema runs again on PGlite, and its functions take names apart',
  async () => {
    const database = await migratedDatabase();

    await database.exec(SCHEMA);
    const { rows } = await database.query(FUNCTIONS);
    await database.close();

    expect(rows).toEqual([EXPECTED]);
  },
  SETUP_MILLISECONDS,
);

test(
  'the schema runs again on a native Postgres, with row-level security on and API roles granted',
  async () => {
    const client = new pg.Client({ connectionString: native.url });
    await client.connect();

    await client.query(SCHEMA);
    const functions = await client.query(FUNCTIONS);
    const tables = await client.query(`select relname, relrowsecurity from pg_class
    where relnamespace = 'storage'::regnamespace and relkind = 'r' order by relname`);
    const grants =
      await client.query(`select has_table_privilege('authenticated', 'storage.objects', 'insert') as may_add,
    has_table_privilege('anon', 'storage.objects', 'truncate') as may_truncate`);
    await client.end();

    expect(functions.rows).toEqual([EXPECTED]);
    expect(tables.rows).toEqual([
      { relname: 'buckets', relrowsecurity: true },
      { relname: 'objects', relrowsecurity: true },
    ]);
    expect(grants.rows).toEqual([{ may_add: true, may_truncate: false }]);
  },
  SETUP_MILLISECONDS,
);
