import { advanceRun } from '@nexus/shared/listening';
import { sql } from 'kysely';
import type { WorkerPorts } from '../../platform/ports.ts';

/** What is left over is due at the next tick. */
const MOST_AT_ONCE = 200;

/**
 * Gives every open run a job that nobody is at and that waits no more: after a crash, a lost job, a wait that is over. Repeatable; the
 * lease decides who works. With `takeLeases` those that are held are nobody's, as after the start of the only worker.
 */
export async function requeueRuns(
  ports: Pick<WorkerPorts, 'db' | 'queue' | 'now'>,
  { takeLeases = false }: { takeLeases?: boolean } = {},
): Promise<number> {
  const now = ports.now().toISOString();
  return ports.db.transaction().execute(async (tx) => {
    if (takeLeases)
      await tx
        .updateTable('runs')
        .set({ lease: null, leased_until: null })
        .where('state', '=', 'running')
        .where('lease', 'is not', null)
        .execute();
    const due = await tx
      .selectFrom('runs')
      .select(['id', 'org_id'])
      .where('state', 'in', ['queued', 'running', 'waiting'])
      .where((eb) => eb.or([eb('lease', 'is', null), eb('leased_until', '<', sql<Date>`clock_timestamp()`)]))
      .where(sql<boolean>`(state <> 'waiting' or wait is null or (wait ->> 'until')::timestamptz <= ${now})`)
      .orderBy('updated_at')
      .limit(MOST_AT_ONCE)
      .execute();
    for (const { id, org_id } of due) await ports.queue.send(advanceRun, { orgId: org_id, runId: id }, { tx });
    return due.length;
  });
}
