/**
 * Writes `shared/src/platform/database.generated.ts`: kysely's view of every table in `public`, from the migrated database itself.
 * `--check` fails when the file differs from what the migrations make.
 */
import { format } from 'prettier';
import { migratedDatabase } from '@nexus/embedded/testing';

const target = new URL('../shared/src/platform/database.generated.ts', import.meta.url);

const SCALARS: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  varchar: 'string',
  bool: 'boolean',
  int2: 'number',
  int4: 'number',
  float4: 'number',
  float8: 'number',
  // Both drivers are told to read bigint as a number: sizes in bytes stay below 2^53.
  int8: 'number',
  numeric: 'string',
  jsonb: 'Json',
  timestamptz: 'Timestamp',
  bytea: 'Uint8Array',
  vector: 'string',
  tsvector: 'string',
};

interface Column {
  table_name: string;
  column_name: string;
  udt_name: string;
  is_nullable: 'YES' | 'NO';
  has_default: boolean;
  is_identity: boolean;
}

function typeOf(column: Column): string {
  const array = column.udt_name.startsWith('_');
  const scalar = SCALARS[array ? column.udt_name.slice(1) : column.udt_name];
  if (!scalar)
    throw new Error(`No TypeScript type for ${column.udt_name} of ${column.table_name}.${column.column_name}`);
  const base = array ? `${scalar}[]` : scalar;
  const nullable = column.is_nullable === 'YES' ? ` | null` : '';
  if (column.is_identity) return `GeneratedAlways<${base}>`;
  return column.has_default ? `Generated<${base}${nullable}>` : `${base}${nullable}`;
}

const database = await migratedDatabase();
const { rows } = await database.query<Column>(`
  select c.table_name, c.column_name, c.udt_name, c.is_nullable, c.column_default is not null as has_default, c.is_identity = 'YES' as is_identity
  from information_schema.columns c
  join information_schema.tables t using (table_schema, table_name)
  where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
  order by c.table_name, c.ordinal_position`);
await database.close();

const tables = Map.groupBy(rows, (row) => row.table_name);
const interfaces = [...tables].map(
  ([table, columns]) =>
    `${JSON.stringify(table)}: {\n${columns.map((c) => `${c.column_name}: ${typeOf(c)};`).join('\n')}\n};`,
);
const source = await format(
  `// Made by scripts/generate-types.ts from the migrations. Do not edit.
import type { ColumnType, GeneratedAlways } from 'kysely';

/** Optional when inserted, because the database has a default. */
export type Generated<T> = T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>;

export type Json = ColumnType<unknown, string, string>;
export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export interface DB {\n${interfaces.join('\n')}\n}\n`,
  { parser: 'typescript', printWidth: 120, singleQuote: true, trailingComma: 'all' },
);

if (process.argv.includes('--check')) {
  const current = await Bun.file(target).text();
  if (current !== source) {
    console.error('database.generated.ts differs from the migrations. Run: bun run scripts/generate-types.ts');
    process.exit(1);
  }
} else {
  await Bun.write(target, source);
}
