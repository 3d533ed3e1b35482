import { STEP_JOBS, StepName } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { WorkerPorts } from '../platform/ports.ts';

/**
 * Gives every unfinished item a job again that has none: what is left when a worker dies between two statements, or when a
 * whole machine stops. With `takeActive`, jobs that are marked as running are nobody's and go back to the queue first; those
 * that a stopping worker had taken and thrown back are due at once, not after the delay of a failure.
 * Repeatable; the row of the step decides what is done.
 */
export async function requeueStranded(
  ports: WorkerPorts,
  options: { olderThanSeconds: number; takeActive: boolean },
): Promise<number> {
  return ports.db.transaction().execute(async (tx) => {
    if (options.takeActive) {
      await sql`select set_config('role', 'none', true)`.execute(tx);
      await sql`update pgboss.job set state = 'retry', start_after = now(), heartbeat_on = null where state in ('active', 'retry')`.execute(
        tx,
      );
      await sql`select set_config('role', 'service_role', true)`.execute(tx);
    }
    const unfinished = await tx
      .selectFrom('item_steps as s')
      .innerJoin('items as i', 'i.id', 's.item_id')
      .select(['s.item_id', 's.org_id', 's.name', 's.state'])
      .where('i.status', 'in', ['queued', 'working'])
      .where('s.state', 'in', ['pending', 'working'])
      .where('s.updated_at', '<=', sql<Date>`now() - make_interval(secs => ${options.olderThanSeconds})`)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('item_steps as earlier')
              .select('earlier.name')
              .whereRef('earlier.item_id', '=', 's.item_id')
              .whereRef('earlier.position', '<', 's.position')
              .where('earlier.state', 'in', ['pending', 'working']),
          ),
        ),
      )
      .execute();
    if (unfinished.length === 0) return 0;

    const live = await liveJobs(tx);
    const stranded = unfinished.filter(
      (step) => !live.has(`${STEP_JOBS[StepName.parse(step.name)].name} ${step.item_id}`),
    );
    for (const step of stranded) {
      await ports.queue.send(
        STEP_JOBS[StepName.parse(step.name)],
        { orgId: step.org_id, itemId: step.item_id },
        { tx },
      );
    }
    return stranded.length;
  });
}

async function liveJobs(tx: Tx): Promise<Set<string>> {
  await sql`select set_config('role', 'none', true)`.execute(tx);
  const { rows } = await sql<{ name: string; singleton_key: string }>`
    select name, singleton_key from pgboss.job
    where name like 'archive.%-item' and state in ('created', 'retry', 'active') and singleton_key is not null`.execute(
    tx,
  );
  await sql`select set_config('role', 'service_role', true)`.execute(tx);
  return new Set(rows.map((row) => `${row.name} ${row.singleton_key}`));
}
