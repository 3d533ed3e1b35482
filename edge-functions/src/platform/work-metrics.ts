import type { DB } from '@nexus/shared/platform';
import { type Kysely, sql } from 'kysely';
import { family, sample } from './metrics.ts';
import { readQueues } from './queue-state.ts';

/** Jobs and steps of all processes, read from the database they share. Null when there is no queue yet. */
export async function renderWork(kysely: Kysely<DB>): Promise<string> {
  const queues = (await readQueues(kysely)) ?? [];
  return (
    family(
      'nexus_jobs',
      'gauge',
      'Jobs kept by the queue, by state.',
      queues.flatMap(({ name, states }) =>
        Object.entries(states).map(([state, count]) => sample('nexus_jobs', { queue: name, state }, count)),
      ),
    ) +
    family(
      'nexus_queue_depth',
      'gauge',
      'Jobs that could start now.',
      queues.map(({ name, ready }) => sample('nexus_queue_depth', { queue: name }, ready)),
    ) +
    family(
      'nexus_queue_oldest_seconds',
      'gauge',
      'How long the oldest of them has waited.',
      queues.map(({ name, oldestSeconds }) => sample('nexus_queue_oldest_seconds', { queue: name }, oldestSeconds)),
    ) +
    (await renderSteps(kysely))
  );
}

interface StepRow {
  name: string;
  median: number;
  p95: number;
  seconds: number;
  count: number;
}

async function renderSteps(kysely: Kysely<DB>): Promise<string> {
  const { rows } = await sql<StepRow>`
    select name,
      percentile_cont(0.5) within group (order by seconds) as median,
      percentile_cont(0.95) within group (order by seconds) as p95,
      sum(seconds) as seconds,
      count(*)::int as count
    from (
      select name, extract(epoch from finished_at - started_at)::float8 as seconds
      from public.item_steps
      where state = 'done' and started_at is not null and finished_at > now() - interval '24 hours'
    ) as finished
    group by name order by name`.execute(kysely);
  const name = 'nexus_step_duration_seconds';
  return family(
    name,
    'summary',
    'Steps of items finished in the last 24 hours.',
    rows.flatMap((row) => [
      sample(name, { step: row.name, quantile: '0.5' }, row.median),
      sample(name, { step: row.name, quantile: '0.95' }, row.p95),
      sample(`${name}_sum`, { step: row.name }, row.seconds),
      sample(`${name}_count`, { step: row.name }, row.count),
    ]),
  );
}
