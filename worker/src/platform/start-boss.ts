import { PgBoss, type ConstructorOptions } from 'pg-boss';
import type { LogSink } from './ports.ts';

/** Starts pg-boss as a worker needs it: it owns its schema, supervises, and is woken by notifications. */
export async function startBoss(options: ConstructorOptions, log: LogSink): Promise<PgBoss> {
  const boss = new PgBoss({
    schema: 'pgboss',
    useListenNotify: true,
    schedule: false,
    // Jobs of a killed worker are found by their missing heartbeat, so this is how late they are at the most.
    superviseIntervalSeconds: 30,
    monitorIntervalSeconds: 30,
    maintenanceIntervalSeconds: 300,
    ...options,
  });
  boss.on('error', (error) => log({ event: 'queue-error', error: String(error) }));
  boss.on('warning', (warning) => log({ event: 'queue-warning', warning }));
  await boss.start();
  return boss;
}
