import { existsSync, renameSync, rmSync } from 'node:fs';
import { type Extensions, PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { citext } from '@electric-sql/pglite/contrib/citext';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { uuid_ossp } from '@electric-sql/pglite/contrib/uuid_ossp';
import { pgtap } from '@electric-sql/pglite-pgtap';
import { vector } from '@electric-sql/pglite-pgvector';
import { lockDataDirectory } from './lock-data-directory.ts';
import { applySystemSchema } from './system-schema.ts';

export interface DatabaseOptions {
  /** Where the database lives; null keeps it in memory. */
  dataDir: string | null;
  /** What `dumpDataDir` gave, for a new in-memory database that starts with that content. */
  loadFrom?: Blob | File;
  /** Makes the pgTAP extension available. */
  pgtap?: boolean;
}

/**
 * Opens the database with Supabase's roles and schemas in it, creating it first if need be. Its `close()` also gives the
 * directory free. Throws `database-locked` when another process, or this one, has it open.
 */
export async function openDatabase({ dataDir, loadFrom, pgtap: withPgtap }: DatabaseOptions): Promise<PGlite> {
  const extensions = withPgtap ? { ...EXTENSIONS, pgtap } : EXTENSIONS;
  if (dataDir === null) return prepare({ extensions, loadDataDir: loadFrom });

  const lock = lockDataDirectory(dataDir);
  try {
    if (!existsSync(dataDir)) await create(dataDir, extensions);
    const database = await prepare({ dataDir, extensions });
    releaseAfterClose(database, lock);
    return database;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** What Supabase offers and the project's SQL may ask for; loading all of them costs 40 ms. */
const EXTENSIONS: Extensions = { btree_gin, btree_gist, citext, pg_trgm, pgcrypto, unaccent, uuid_ossp, vector };

/**
 * Buffers take their memory at once, used or not. The system's own cache of files stands behind them, so a miss costs a copy:
 * PGlite's 160 MB would answer no faster (`bun run bench -- search-at-scale`).
 */
const START_PARAMS = [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB'];

/** A directory that has its final name is complete: a process killed while it is made leaves only `.creating`. */
async function create(dataDir: string, extensions: Extensions): Promise<void> {
  const unfinished = `${dataDir}.creating`;
  rmSync(unfinished, { recursive: true, force: true });
  const database = await prepare({ dataDir: unfinished, extensions });
  await database.close();
  renameSync(unfinished, dataDir);
}

async function prepare(options: PGliteOptions): Promise<PGlite> {
  const database = new PGlite({ ...options, startParams: START_PARAMS });
  try {
    await database.waitReady;
    await applySystemSchema(database);
    await database.exec(`set search_path to "$user", public, extensions; set timezone to 'UTC'`);
    return database;
  } catch (error) {
    if (!database.closed) await database.close();
    throw error;
  }
}

function releaseAfterClose(database: PGlite, lock: { release(): void }): void {
  const close = database.close.bind(database);
  database.close = async () => {
    await close();
    lock.release();
  };
}
