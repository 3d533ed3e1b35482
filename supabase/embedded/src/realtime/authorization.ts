import type { PGliteInterface, Transaction } from '@electric-sql/pglite';
import type { Log } from './hub.ts';
import type { Claims } from './tokens.ts';

/** What realtime needs of PGlite. Everything queues behind open transactions, so each use is short. */
export type RealtimeDatabase = Pick<PGliteInterface, 'query' | 'transaction' | 'listen'>;

export type Extension = 'broadcast' | 'presence';

/** Who asks about which topic. */
export interface Caller {
  /** Without `realtime:`. */
  topic: string;
  claims: Claims;
}

/** Which of these extensions the policies on realtime.messages let the caller read on this topic. Leaves no trace. */
export async function readableExtensions(
  database: RealtimeDatabase,
  caller: Caller,
  extensions: readonly Extension[],
  log: Log,
): Promise<Set<Extension>> {
  return database.transaction(async (tx) => {
    const probes = await tx.query<{ id: string }>(
      'insert into realtime.messages (topic, extension) select $1, unnest($2::text[]) returning id',
      [caller.topic, extensions],
    );
    await actAs(tx, caller);
    const seen = await permitted(log, async () => {
      const ids = probes.rows.map((row) => row.id);
      const { rows } = await tx.query<{ extension: Extension }>(
        'select extension from realtime.messages where topic = $1 and id = any($2::uuid[])',
        [caller.topic, ids],
      );
      return new Set(rows.map((row) => row.extension));
    });
    await tx.rollback();
    return seen ?? new Set<Extension>();
  });
}

/** Whether the policies let the caller write to this topic, tested as an insert under its role. Leaves no trace. */
export async function mayWrite(
  database: RealtimeDatabase,
  caller: Caller,
  extension: Extension,
  log: Log,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    await actAs(tx, caller);
    const written = await permitted(log, () =>
      tx.query('insert into realtime.messages (topic, extension) values ($1, $2)', [caller.topic, extension]),
    );
    await tx.rollback();
    return written !== undefined;
  });
}

async function actAs(tx: Transaction, { topic, claims }: Caller): Promise<void> {
  await tx.query(
    `select set_config('realtime.topic', $1, true), set_config('request.jwt.claims', $2, true),
            set_config('request.jwt.claim.sub', $3, true), set_config('request.jwt.claim.role', $4, true),
            set_config('request.headers', '{}', true), set_config('role', $4, true)`,
    [topic, JSON.stringify(claims), claims.sub ?? '', claims.role],
  );
}

const REFUSED_BY_POLICY = '42501';

/** Undefined when the database refuses: by a policy, or because a policy's own expression fails, which the log should tell. */
async function permitted<T>(log: Log, run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    const state = sqlState(error);
    if (state === undefined) throw error;
    if (state !== REFUSED_BY_POLICY) log({ event: 'realtime.policy-failed', state, problem: String(error) });
    return undefined;
  }
}

/** PGlite's errors carry Postgres's SQLSTATE, five characters, as `code`. */
function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && error.code.length === 5 ? error.code : undefined;
}
