import { CompiledQuery, sql } from 'kysely';
import type { Tx } from './database.ts';
import type { JobDefinition } from './jobs.ts';
import type { Queue } from './ports.ts';

/** The part of pg-boss 12 that sending needs; a `PgBoss` instance fits. */
export interface Boss {
  send(name: string, data: object, options: BossSendOptions): Promise<string | null>;
  update(name: string, data: undefined, options: BossUpdateOptions): Promise<unknown>;
}

export interface BossSendOptions {
  db: { executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> };
  priority?: number;
  startAfter?: Date;
  singletonKey?: string;
  retryLimit?: number;
  retryDelay?: number;
  retryBackoff?: boolean;
  expireInSeconds?: number;
}

export interface BossUpdateOptions extends Pick<BossSendOptions, 'db'> {
  singletonKey: string;
  /** Seconds from now. */
  startAfter: number;
}

/**
 * The queue port over pg-boss: a job is a row written by the caller's transaction. The queue must exist and be known to the
 * instance (`boss.start()` reads all of them). On PGlite an unknown one would be looked up outside the open transaction and
 * wait for it forever: see `knowQueues`.
 */
export function createQueue(boss: Boss): Queue {
  return {
    async send(job, payload, { tx, startAfter, priority }) {
      const data = job.payload.parse(payload);
      const db: BossSendOptions['db'] = { executeSql: (text, values) => asQueueOwner(tx, text, values) };
      const id = await boss.send(job.name, data as object, {
        db,
        ...jobOptions(job, data),
        ...(startAfter && { startAfter }),
        ...(priority !== undefined && { priority }),
      });
      // The one already queued may be put off, as after a failure. Whoever asks for work now shall not wait for that.
      if (id === null && job.key && !startAfter)
        await boss.update(job.name, undefined, { db, singletonKey: job.key(data), startAfter: 0 });
      return id;
    },
  };
}

/**
 * Makes a running pg-boss read these queues now, so that sending never has to look one up inside a transaction. Looking for a
 * job that cannot be is the cheapest of its calls that keep what they read. `createQueue` and `updateQueue` of the instance
 * forget it again: call this after them.
 */
export async function knowQueues(
  boss: { getJobById(name: string, id: string): Promise<unknown> },
  jobs: readonly { name: string }[],
): Promise<void> {
  for (const { name } of jobs) await boss.getJobById(name, NO_JOB);
}

const NO_JOB = '00000000-0000-0000-0000-000000000000';

function jobOptions<Payload>(job: JobDefinition<Payload>, data: Payload) {
  return {
    ...(job.key && { singletonKey: job.key(data) }),
    retryLimit: job.retry.limit,
    retryDelay: job.retry.delaySeconds,
    retryBackoff: job.retry.backoff ?? false,
    expireInSeconds: job.timeoutSeconds,
  };
}

/**
 * pg-boss's tables belong to the session's own user, who is none of the roles callers have: the statement runs as that user,
 * then the caller's role is put back. After an error nothing is put back, because the transaction is lost anyway.
 */
async function asQueueOwner(tx: Tx, text: string, values: unknown[] = []): Promise<{ rows: unknown[] }> {
  const { rows: before } = await sql<{ role: string }>`
    with was as materialized (select current_setting('role') as role)
    select role, set_config('role', 'none', true) from was`.execute(tx);
  const { rows } = await tx.executeQuery(CompiledQuery.raw(text, [...values]));
  await sql`select set_config('role', ${before[0]?.role ?? 'none'}, true)`.execute(tx);
  return { rows };
}
