/** One open transaction: several statements without parameters, or one with. */
export interface SqlTransaction {
  exec(sql: string): Promise<unknown>;
  query<Row>(sql: string, params?: unknown[]): Promise<{ rows: Row[] }>;
}

/** Any Postgres that schema SQL can be run on. PGlite is one as it stands; tests wrap a native Postgres. */
export interface SqlTarget {
  /** Commits when `run` resolves, rolls back when it throws. Nothing else uses the session meanwhile. */
  transaction<T>(run: (sql: SqlTransaction) => Promise<T>): Promise<T>;
}
