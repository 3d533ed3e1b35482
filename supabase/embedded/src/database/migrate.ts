import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError } from '../errors.ts';
import type { SqlTarget, SqlTransaction } from './sql-target.ts';

export interface Migration {
  /** The digits before the first underscore: when it was written. */
  version: string;
  name: string;
  sql: string;
}

/** Migrations of a folder, `<version>_<name>.sql`, oldest first. `vector: false` leaves out those that need pgvector. */
export function readMigrations(directory: string, { vector = true } = {}): Migration[] {
  return readdirSync(directory)
    .map((file) => ({ file, parts: /^(\d+)_(.+)\.sql$/.exec(file) }))
    .filter(({ file, parts }) => parts && (vector || !file.includes('_vector')))
    .sort((a, b) => (a.file < b.file ? -1 : 1))
    .map(({ file, parts }) => ({
      version: parts![1]!,
      name: parts![2]!,
      sql: readFileSync(join(directory, file), 'utf8'),
    }));
}

/**
 * Runs what has not run yet, oldest first, each in its own transaction, and returns the versions it ran. The record is the
 * Supabase CLI's own table, with the whole file as its one statement, so that a later change to the file shows.
 */
export async function migrate(target: SqlTarget, migrations: Migration[]): Promise<string[]> {
  const applied = await target.transaction(readApplied);
  refuseChanges(migrations, applied);

  const ran: string[] = [];
  for (const migration of migrations) {
    if (applied.has(migration.version)) continue;
    await target.transaction((sql) => apply(sql, migration));
    ran.push(migration.version);
  }
  return ran;
}

type Applied = Map<string, { name: string | null; hash: string | null }>;

async function readApplied(sql: SqlTransaction): Promise<Applied> {
  await sql.exec('create schema if not exists supabase_migrations');
  await sql.exec(
    'create table if not exists supabase_migrations.schema_migrations (version text primary key, statements text[], name text)',
  );
  // The CLI keeps split statements; only a file kept whole can be compared.
  const { rows } = await sql.query<{ version: string; name: string | null; hash: string | null }>(`
    select version, name,
      case when cardinality(statements) = 1 then encode(sha256(convert_to(statements[1], 'utf8')), 'hex') end as hash
    from supabase_migrations.schema_migrations`);
  return new Map(rows.map(({ version, name, hash }) => [version, { name, hash }]));
}

function refuseChanges(migrations: Migration[], applied: Applied): void {
  for (const { version, name, sql } of migrations) {
    const hash = applied.get(version)?.hash;
    if (!hash || hash === createHash('sha256').update(sql).digest('hex')) continue;
    throw new EmbeddedError(
      'migration-changed',
      `Migration ${version}_${name} was changed after this database ran it. ` +
        'Restore the file and put the change in a new migration, or start with an empty database.',
    );
  }

  const newest = migrations.at(-1)?.version ?? '';
  const unknown = [...applied.keys()].filter((version) => version > newest);
  if (unknown.length === 0) return;
  throw new EmbeddedError(
    'database-newer',
    `This database was made by a newer version: it has run ${unknown.join(', ')}, which this version does not have. ` +
      'Start the newer version.',
  );
}

async function apply(sql: SqlTransaction, { version, name, sql: text }: Migration): Promise<void> {
  try {
    await sql.exec(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // No `cause`: PGlite's error carries the whole file, and would print it.
    throw new EmbeddedError('migration-failed', `Migration ${version}_${name}${lineOf(error, text)}: ${error.message}`);
  }
  await sql.query('insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)', [
    version,
    name,
    [text],
  ]);
}

/** Postgres counts characters from 1, in the whole text that was sent. */
function lineOf(error: Error, text: string): string {
  const position = 'position' in error ? Number(error.position) : NaN;
  return position > 0 ? `, line ${text.slice(0, position).split('\n').length}` : '';
}
