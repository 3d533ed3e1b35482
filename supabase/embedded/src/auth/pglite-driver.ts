import { inspect } from 'node:util';
import type { PGlite, QueryOptions, Transaction } from '@electric-sql/pglite';
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely';

/**
 * A kysely driver whose transactions hold PGlite's session. Lite's own sends BEGIN and COMMIT as plain queries, and auth
 * signs tokens in between; whatever else the process ran meanwhile joined that transaction, and its commit or rollback
 * was theirs too.
 */
export function pgliteDriver(database: PGlite, options: QueryOptions): Driver {
  return {
    async init() {},
    async acquireConnection() {
      return new SharedSession(database, options);
    },
    async beginTransaction(connection) {
      await (connection as SharedSession).begin();
    },
    async commitTransaction(connection) {
      await (connection as SharedSession).end('commit');
    },
    async rollbackTransaction(connection) {
      await (connection as SharedSession).end('rollback');
    },
    async releaseConnection() {},
    async destroy() {},
  };
}

class SharedSession implements DatabaseConnection {
  private open:
    { transaction: Transaction; end: (how: 'commit' | 'rollback') => void; ended: Promise<void> } | undefined;

  constructor(
    private readonly database: PGlite,
    private readonly options: QueryOptions,
  ) {}

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const session = this.open?.transaction ?? this.database;
    const { rows, affectedRows } = await session
      .query<Row>(query.sql, [...query.parameters], this.options)
      .catch(withoutParameters);
    return { rows, numAffectedRows: affectedRows === undefined ? undefined : BigInt(affectedRows) };
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('PGlite does not stream.');
  }

  /** Resolves once the transaction has the session; it keeps it until `end`. */
  async begin(): Promise<void> {
    const began = Promise.withResolvers<Transaction>();
    const closing = Promise.withResolvers<'commit' | 'rollback'>();
    const ended = this.database.transaction(async (transaction) => {
      began.resolve(transaction);
      if ((await closing.promise) === 'rollback') await transaction.rollback();
    });
    ended.catch(began.reject);
    this.open = { transaction: await began.promise, end: closing.resolve, ended };
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    const open = this.open;
    this.open = undefined;
    open?.end(how);
    await open?.ended;
  }
}

/** Lite prints every error whole, and PGlite's has the statement's values with it; the log gets the message alone. */
function withoutParameters(error: unknown): never {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? ` (${error.code})` : '';
  throw Object.defineProperty(error, inspect.custom, { value: () => `${error.message}${code}`, enumerable: false });
}
