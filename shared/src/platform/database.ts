import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from './database.generated.ts';
import { problemOfSql } from './sql-problem.ts';

export type { DB };
/** An open transaction, already running as its caller. */
export type Tx = Transaction<DB>;

/** All access to rows goes through a transaction that has its role and claims set. */
export interface Database {
  transaction(): { execute<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> };
}

/** What row-level security sees, as PostgREST sets it. */
export interface Claims {
  role: 'anon' | 'authenticated' | 'service_role';
  sub?: string;
  /** Narrows everything to this organisation: the one chosen for the request, or the key's own. */
  nexus_org?: string;
  /** The API key that acts, for the audit. */
  nexus_key?: string;
}

/**
 * Transactions that run under `claims.role` with the claims in `request.jwt.claims`, as PostgREST opens them. Errors that
 * SQL raises on purpose come out as `NexusError`.
 */
export function databaseAs(kysely: Kysely<DB>, claims: Claims): Database {
  return {
    transaction: () => ({
      async execute(work) {
        try {
          return await kysely.transaction().execute(async (tx) => {
            await assumeRole(tx, claims);
            return work(tx as Tx);
          });
        } catch (error) {
          throw problemOfSql(error) ?? error;
        }
      },
    }),
  };
}

/** One round trip: the role and the claims, for the rest of this transaction. */
async function assumeRole(tx: Kysely<DB>, claims: Claims): Promise<void> {
  await sql`select set_config('role', ${claims.role}, true), set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`.execute(
    tx,
  );
}
