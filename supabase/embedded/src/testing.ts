export { kyselyOnPglite } from './database/kysely-on-pglite.ts';
export { migratedDatabase } from './testing/migrated-database.ts';
export { kyselyOnPostgres, type NativePostgres, nativePostgres } from './testing/native-postgres.ts';
