import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';

/**
 * Typed queries on a PGlite that others use too: transactions go through PGlite's own `transaction()`, which holds the
 * session. Close the PGlite, not the Kysely; `destroy()` would close it for everyone.
 */
export function kyselyOnPglite<Tables>(database: PGlite): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: database }) });
}
