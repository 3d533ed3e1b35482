import { isProblem, knowQueues } from '@nexus/shared/platform';
import type { PgBoss } from 'pg-boss';
import { emptyWorkDirectory } from './archive/work-directory.ts';
import { resumeAllIfReady } from './archive/resume-waiting.ts';
import { requeueStranded } from './archive/requeue-stranded.ts';
import { reembedAfterStart } from './assistant/catch-up-embeddings.ts';
import { writeCatalogue } from './catalogue.ts';
import { HANDLERS, JOBS } from './handlers.ts';
import { requeueRuns } from './listening/runs/requeue-runs.ts';
import { type AttemptLog, type Handler, SHUTDOWN } from './platform/handle.ts';
import type { WorkerPorts } from './platform/ports.ts';
import { startScheduler } from './platform/scheduler.ts';
import { checkHandlers, createQueues } from './platform/queues.ts';
import { SCHEDULES } from './schedules.ts';

export interface WorkerOptions {
  /** The only worker of this database, as in embedded mode: whatever is marked as being worked on is nobody's. */
  isOnly: boolean;
}

export interface RunningWorker {
  /** Hands running work back to the queue and stops taking more. */
  stop(): Promise<void>;
}

/** How often items are looked for that were stranded by a dead worker, or that wait for a model somebody has pulled meanwhile. */
const LOOK_AROUND_INTERVAL_MS = 30_000;

/** Starts taking jobs. `boss` is started by the caller, who also stops it after `stop()`. */
export async function startWorker(boss: PgBoss, ports: WorkerPorts, options: WorkerOptions): Promise<RunningWorker> {
  checkHandlers(JOBS, HANDLERS);
  await createQueues(boss, JOBS);
  // What follows sends within transactions.
  await knowQueues(boss, JOBS);
  await writeCatalogue(ports);
  if (options.isOnly) await emptyWorkDirectory(ports.workDirectory);
  await requeueStranded(ports, { olderThanSeconds: options.isOnly ? 0 : 90, takeActive: options.isOnly });
  await requeueRuns(ports, { takeLeases: options.isOnly });
  await resumeAllIfReady(ports);
  await reembedAfterStart(ports);

  const stopping = new AbortController();
  const running = new Set<Promise<unknown>>();
  for (const handler of HANDLERS) await takeJobs(boss, handler, ports, stopping.signal, running);
  const timer = setInterval(() => {
    lookAround(ports).catch((error: unknown) => ports.log({ event: 'look-around-failed', error: String(error) }));
  }, LOOK_AROUND_INTERVAL_MS);

  const scheduler = startScheduler(ports, SCHEDULES);

  return {
    async stop() {
      scheduler.stop();
      clearInterval(timer);
      stopping.abort(SHUTDOWN);
      await Promise.allSettled(running);
      for (const { job } of HANDLERS) await boss.offWork(job.name, { wait: false });
    },
  };
}

async function lookAround(ports: WorkerPorts): Promise<void> {
  await requeueStranded(ports, { olderThanSeconds: 90, takeActive: false });
  await resumeAllIfReady(ports);
}

async function takeJobs(
  boss: PgBoss,
  handler: Handler<never>,
  ports: WorkerPorts,
  stopping: AbortSignal,
  running: Set<Promise<unknown>>,
): Promise<void> {
  const { job } = handler;
  // One registration per place, because only a registration's first place can be woken by its id.
  for (let place = 0; place < (job.concurrency ?? 1); place++) {
    const id = await boss.work(
      job.name,
      // Notifications wake the worker; polling is for what they missed.
      { pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 20, heartbeatRefreshSeconds: 10 },
      async ([attempt]) => {
        if (!attempt) return;
        // Taken while stopping: throwing leaves it to the next worker, untouched.
        if (stopping.aborted) throw new Error('The worker is stopping');
        const work = runAttempt(handler, attempt.data, ports, AbortSignal.any([stopping, attempt.signal]));
        running.add(work);
        try {
          const { retryAt } = await work;
          // A notification comes when a job is sent, not when it is due; the next poll may be 20 s later.
          if (retryAt instanceof Date)
            setTimeout(() => boss.notifyWorker(id), retryAt.getTime() - Date.now() + 100).unref();
        } finally {
          running.delete(work);
          // Where one job was, there may be more: without this a backlog gets one job per notification or 20 s.
          boss.notifyWorker(id);
        }
      },
    );
  }
}

async function runAttempt(handler: Handler<never>, data: unknown, ports: WorkerPorts, signal: AbortSignal) {
  const started = performance.now();
  const event: Record<string, unknown> = { event: 'job', job: handler.job.name };
  const log: AttemptLog = { set: (fields) => void Object.assign(event, fields) };
  let outcome = 'done';
  try {
    const payload = handler.job.payload.parse(data);
    log.set({ payload });
    await handler.run(payload, ports, { signal, log });
    if (typeof event.outcome === 'string') outcome = event.outcome;
    return event;
  } catch (error) {
    outcome = 'error';
    log.set({
      code: isProblem(error) ? error.code : 'internal',
      error: String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    throw error;
  } finally {
    const seconds = (performance.now() - started) / 1000;
    ports.log({ ...event, outcome, seconds: Math.round(seconds * 1000) / 1000 });
  }
}
