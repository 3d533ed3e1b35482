import { Cron } from 'croner';
import type { WorkerPorts } from './ports.ts';

/** Something that is looked after by the clock. Every worker ticks, so `run` must hold against several at once. */
export interface Schedule {
  readonly name: string;
  /** In UTC. */
  readonly cron: string;
  run(ports: WorkerPorts): Promise<unknown>;
}

/** A tick that fails is logged and comes again; one that takes longer than its interval is not doubled. */
export function startScheduler(ports: WorkerPorts, schedules: readonly Schedule[]): { stop(): void } {
  const running = schedules.map(({ name, cron, run }) => {
    const failed = (error: unknown) => ports.log({ event: 'schedule-failed', schedule: name, error: String(error) });
    return new Cron(cron, { timezone: 'UTC', catch: failed, protect: true }, async () => void (await run(ports)));
  });
  return { stop: () => running.forEach((cron) => cron.stop()) };
}
