import { checkFeed } from '@nexus/shared/archive';
import { Cron } from 'croner';
import type { WorkerPorts } from '../../platform/ports.ts';

/** A minute's worth: what is left over is due in the next one. */
const MOST_AT_ONCE = 200;
/** A feed that fails for long is asked less and less often, down to once a day. */
const MOST_WAIT_MS = 24 * 60 * 60 * 1000;

/** Queues a check of every feed that is due. Any number of workers may do so at once: each takes rows the others have not locked. */
export async function queueDueFeeds(ports: Pick<WorkerPorts, 'db' | 'queue' | 'now'>): Promise<number> {
  const now = ports.now();
  return ports.db.transaction().execute(async (tx) => {
    const due = await tx
      .selectFrom('feeds')
      .select(['id', 'org_id', 'cron', 'time_zone', 'failures'])
      .where('is_paused', '=', false)
      .where('next_check_at', '<=', now)
      .orderBy('next_check_at')
      .limit(MOST_AT_ONCE)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const { id, org_id, cron, time_zone, failures } of due) {
      const next_check_at = nextCheck(cron, time_zone, failures, now);
      await tx.updateTable('feeds').set({ next_check_at }).where('id', '=', id).execute();
      await ports.queue.send(checkFeed, { orgId: org_id, feedId: id }, { tx });
    }
    return due.length;
  });
}

function nextCheck(cron: string, timeZone: string, failures: number, now: Date): Date {
  const regular = new Cron(cron, { timezone: timeZone }).nextRun(now);
  if (!regular) throw new Error(`The schedule ${cron} never comes`);
  const wait = Math.min(MOST_WAIT_MS, 2 ** Math.min(failures, 12) * 60_000);
  return failures > 2 && now.getTime() + wait > regular.getTime() ? new Date(now.getTime() + wait) : regular;
}
