import { dirname } from 'node:path';
import type { PGlite, ParserOptions } from '@electric-sql/pglite';
import type { Connection } from '@supabase/lite';
import { PgliteConnection } from '@supabase/lite/pglite';
import type * as kysely from 'kysely';
import { pgliteDriver } from './pglite-driver.ts';

/**
 * Lite's connection on a PGlite that is open already and that others use. `PgliteConnection` opens one of its own; what it
 * inherits does everything else.
 */
export async function liteConnection(database: PGlite): Promise<Connection> {
  // Lite has its own, older kysely and builds queries with it, so its executor must be of that version.
  const litePath = dirname(Bun.resolveSync('@supabase/lite', import.meta.dir));
  const { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } = (await import(
    Bun.resolveSync('kysely', litePath)
  )) as typeof kysely;
  const shared = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => pgliteDriver(database, { parsers: PARSERS }),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });

  return Object.assign(new PostgresConnection({}), {
    driver: database,
    kysely: shared,
    // On its first request Lite would otherwise grant the API's roles everything in every schema that has row-level
    // security, over what migrations have revoked. The bootstrap has made roles and grants as Supabase does.
    rlsState: 'active',
  });
}

const PostgresConnection = Object.getPrototypeOf(PgliteConnection) as new (config: object) => Connection<PGlite>;

const asText = (value: string) => value;

/** `2026-01-02 03:04:05.6+00` as JSON has it in Postgres: `2026-01-02T03:04:05.6+00:00`. `infinity` stays as it is. */
const asIsoTime = (value: string) =>
  value
    .replace(/^(\d{4,}-\d\d-\d\d) /, '$1T')
    .replace(/([+-]\d\d)(:\d\d)?$/, (zone, hours, minutes) =>
      value.includes(':') ? hours + (minutes ?? ':00') : zone,
    );

/** A number where it has no more digits than one can hold, else its text. */
const asNumber = (value: string) => (value.replace(/\D/g, '').length <= 15 ? Number(value) : value);

/** JSON as PostgREST writes it. */
const PARSERS: ParserOptions = {
  20: (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : BigInt(value)),
  114: (value) => JSON.parse(value),
  1082: asText,
  1083: asText,
  1114: asIsoTime,
  1184: asIsoTime,
  1266: asText,
  1700: asNumber,
  3802: (value) => JSON.parse(value),
};
