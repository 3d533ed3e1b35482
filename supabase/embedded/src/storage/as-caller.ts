import type { PGliteInterface, Transaction } from '@electric-sql/pglite';
import type { Caller } from './caller.ts';
import { fromDatabaseError } from './storage-error.ts';

export type StorageDatabase = Pick<PGliteInterface, 'transaction'>;
export type { Transaction };

/**
 * Runs `work` in one transaction under the caller's role and claims, as PostgREST would. Nothing but SQL belongs inside:
 * PGlite is one session, and every other user of the database waits meanwhile.
 */
export async function asCaller<Result>(
  database: StorageDatabase,
  caller: Caller,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  try {
    return await database.transaction(async (tx) => {
      await assumeRole(tx, caller);
      return work(tx);
    });
  } catch (error) {
    throw fromDatabaseError(error);
  }
}

/** For the rest of the transaction, or until assumed anew. */
export async function assumeRole(tx: Transaction, caller: Caller): Promise<void> {
  await tx.query(`select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)`, [
    caller.role,
    JSON.stringify(caller.claims),
  ]);
}
