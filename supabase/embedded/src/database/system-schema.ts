import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getAuthSchemaSql } from '@supabase/lite';
import type { SqlTarget } from './sql-target.ts';

/**
 * The SQL of everything Supabase has before a project's first migration, in the order it runs. Each part can run again.
 * Lite's auth tables come as text: its own `ensureSystemSchema` compares schemas in a second database, which costs seconds.
 */
export function systemSchema(): string[] {
  return [read('./bootstrap.sql'), getAuthSchemaSql(), read('../storage/schema.sql'), read('../realtime/schema.sql')];
}

/** Brings a database to this version's system schema. Does nothing when it is there already. */
export async function applySystemSchema(target: SqlTarget, parts: string[] = systemSchema()): Promise<void> {
  const hash = createHash('sha256').update(parts.join('\0')).digest('hex');

  await target.transaction(async (sql) => {
    await sql.exec('create schema if not exists supabase_migrations');
    await sql.exec(
      'create table if not exists supabase_migrations.system_schema (hash text primary key, applied_at timestamptz not null default now())',
    );
    const applied = await sql.query('select from supabase_migrations.system_schema where hash = $1', [hash]);
    if (applied.rows.length > 0) return;

    for (const part of parts) await sql.exec(part);
    await sql.query('delete from supabase_migrations.system_schema');
    await sql.query('insert into supabase_migrations.system_schema (hash) values ($1)', [hash]);
  });
}

function read(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}
