import type { DB } from '@nexus/shared/platform';
import { type Kysely, sql } from 'kysely';

export interface QueueState {
  name: string;
  /** Jobs by state: created, retry, active, completed, cancelled, failed. */
  states: Record<string, number>;
  /** Due and not started. */
  ready: number;
  oldestSeconds: number;
}

/** pg-boss's own tables, read as the session's user, who owns them. Null before the first worker has made them. */
export async function readQueues(kysely: Kysely<DB>): Promise<QueueState[] | null> {
  const { rows: found } = await sql<{ found: boolean }>`select to_regclass('pgboss.job') is not null as found`.execute(
    kysely,
  );
  if (!found[0]?.found) return null;

  const { rows } = await sql<{
    name: string;
    state: string | null;
    count: number;
    ready: number;
    oldest: number | null;
  }>`
    select q.name, j.state::text as state, count(j.id)::int as count,
      (count(j.id) filter (where j.state in ('created', 'retry') and j.start_after <= now()))::int as ready,
      max(extract(epoch from now() - j.start_after)) filter (where j.state in ('created', 'retry') and j.start_after <= now())::float8 as oldest
    from pgboss.queue q left join pgboss.job j on j.name = q.name
    group by q.name, j.state order by q.name, j.state`.execute(kysely);

  const queues = new Map<string, QueueState>();
  for (const row of rows) {
    const queue = queues.get(row.name) ?? { name: row.name, states: {}, ready: 0, oldestSeconds: 0 };
    if (row.state !== null) queue.states[row.state] = row.count;
    queue.ready += row.ready;
    queue.oldestSeconds = Math.max(queue.oldestSeconds, row.oldest ?? 0);
    queues.set(row.name, queue);
  }
  return [...queues.values()];
}
