import { prune } from '@nexus/shared/platform';
import { Cron } from 'croner';
import type { WorkerPorts } from './ports.ts';

/** Queues what is due by the clock. Every worker ticks; the job's key makes one of it. */
export function startScheduler(ports: WorkerPorts): { stop(): void } {
  const hourly = new Cron(
    '17 * * * *',
    { timezone: 'UTC', catch: (error) => ports.log({ event: 'schedule-failed', error: String(error) }) },
    async () => {
      const hour = ports.now().toISOString().slice(0, 13);
      await ports.db.transaction().execute((tx) => ports.queue.send(prune, { hour }, { tx }));
    },
  );
  return { stop: () => hourly.stop() };
}
