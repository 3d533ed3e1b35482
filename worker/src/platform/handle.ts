import type { JobDefinition } from '@nexus/shared/platform';
import type { WorkerPorts } from './ports.ts';

/** Adds fields to the one event written for this attempt. */
export interface AttemptLog {
  set(fields: Record<string, unknown>): void;
}

export interface JobIo {
  /** Aborted when the worker stops; the reason is `SHUTDOWN`. */
  signal: AbortSignal;
  log: AttemptLog;
}

/** Why a signal is aborted when the process is told to end: work is handed back, not failed. */
export const SHUTDOWN = 'shutdown';

export interface Handler<Payload = unknown> {
  readonly job: JobDefinition<Payload>;
  run(payload: Payload, ports: WorkerPorts, io: JobIo): Promise<void>;
}

/** Binds the one handler of a job. Start-up refuses a job without one and a job with two. */
export function handle<Payload>(
  job: JobDefinition<Payload>,
  run: (payload: Payload, ports: WorkerPorts, io: JobIo) => Promise<void>,
): Handler<Payload> {
  return { job, run };
}
