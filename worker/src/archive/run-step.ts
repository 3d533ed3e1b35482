import { type ItemJob, itemPrefix, removeFiles } from '@nexus/shared/archive';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { type JobIo, SHUTDOWN } from '../platform/handle.ts';
import type { WorkerPorts } from '../platform/ports.ts';
import { beginStep, type BegunAttempt } from './step-attempt.ts';
import { failStep, finishStep, handBackStep, touchStep } from './step-outcome.ts';
import type { Step } from './step.ts';
import { makeAttemptDirectory, removeDirectory, removeItemDirectory } from './work-directory.ts';

/** Ten seconds of patience between two looks at the row would be noticed by someone who cancels; ten a second would cost. */
const TOUCH_INTERVAL_MS = 1000;
const LOST = 'lost';
const STALLED = 'stalled';

/** One attempt at one step: begins it in a transaction, works, ends it in a transaction. Safe to run any number of times. */
export async function runStep(step: Step, payload: ItemJob, ports: WorkerPorts, io: JobIo): Promise<void> {
  const attempt = await beginStep(step, payload, ports);
  io.log.set({ attempt: attempt.number, outcome: attempt.outcome });
  if (attempt.outcome === 'begun') await runAttempt(step, attempt, ports, io);
  else if (attempt.outcome === 'given-up') await removeItemDirectory(ports.workDirectory, payload.itemId);
  else if (attempt.outcome === 'gone') await clearAfterLoss(payload, ports);
}

async function runAttempt(step: Step, attempt: BegunAttempt, ports: WorkerPorts, io: JobIo): Promise<void> {
  const { row } = attempt.item;
  const watch = watchAttempt(step, attempt, ports);
  const signal = AbortSignal.any([io.signal, watch.signal]);
  const directory = await makeAttemptDirectory(ports.workDirectory, row.id, step.name, attempt.number);
  let outcome: string;
  try {
    const result = await step.run(attempt.item, { ports, signal, log: io.log, directory, progress: watch.progress });
    signal.throwIfAborted();
    outcome = await finishStep(step, attempt, result, ports);
  } catch (error) {
    if (io.signal.aborted && io.signal.reason === SHUTDOWN) {
      await handBackStep(step, attempt, ports);
      outcome = 'handed-back';
    } else if (watch.signal.reason === LOST) {
      outcome = 'lost';
    } else {
      const failure = await failStep(step, attempt, explain(error, watch.signal, io.signal, step), ports);
      outcome = failure.outcome;
      io.log.set({ code: failure.code, retryAt: failure.retryAt, cause: describeCause(error) });
    }
  } finally {
    watch.stop();
  }
  io.log.set({ outcome });
  if (outcome !== 'done' || !step.leavesFiles) await removeDirectory(directory);
  if (outcome === 'lost') await clearAfterLoss({ orgId: row.org_id, itemId: row.id }, ports);
}

/** Canceled: nobody goes on from what is in the scratch folder. Deleted: this attempt may have stored files after the others were removed. */
async function clearAfterLoss({ orgId, itemId }: ItemJob, ports: WorkerPorts): Promise<void> {
  const status = await ports.db.transaction().execute(async (tx) => {
    const item = await tx.selectFrom('items').select('status').where('id', '=', itemId).executeTakeFirst();
    if (!item) await ports.queue.send(removeFiles, { orgId, prefix: itemPrefix(orgId, itemId) }, { tx });
    return item?.status ?? 'gone';
  });
  if (status === 'gone' || status === 'canceled') await removeItemDirectory(ports.workDirectory, itemId);
}

function explain(error: unknown, watch: AbortSignal, job: AbortSignal, step: Step): NexusError {
  if (watch.reason === STALLED) {
    return new NexusError(
      'stalled',
      `No progress for ${Math.round(step.stallSeconds / 60)} minutes. It is tried again.`,
      { cause: error },
    );
  }
  // The queue takes a job away that exceeds its time.
  if (job.aborted) return new NexusError('stalled', 'It took longer than it may. It is tried again.', { cause: error });
  if (isProblem(error)) return error;
  return new NexusError(
    'internal',
    'Something unexpected went wrong. It is tried again; if it stays, the log of the server tells more.',
    {
      cause: error,
    },
  );
}

/** Writes progress while it changes, notices when the row was taken away, and gives up an attempt that stands still. */
function watchAttempt(step: Step, attempt: BegunAttempt, ports: WorkerPorts) {
  const controller = new AbortController();
  let fraction = 0;
  let written = 0;
  let lastProgressAt = performance.now();
  let isTouching = false;

  const touch = async () => {
    if (isTouching || controller.signal.aborted) return;
    if (performance.now() - lastProgressAt > step.stallSeconds * 1000) return controller.abort(STALLED);
    isTouching = true;
    try {
      const changed = Math.floor(fraction * 100) !== Math.floor(written * 100);
      const isOurs = await touchStep(step, attempt, changed ? fraction : null, ports);
      if (changed) written = fraction;
      if (!isOurs) controller.abort(LOST);
    } catch (error) {
      // The database is away for a moment; the end of the step will tell whether it came back.
      ports.log({ event: 'touch-failed', itemId: attempt.item.row.id, error: String(error) });
    } finally {
      isTouching = false;
    }
  };
  const timer = setInterval(() => void touch(), TOUCH_INTERVAL_MS);

  return {
    signal: controller.signal,
    progress(next: number) {
      lastProgressAt = performance.now();
      fraction = Math.min(1, Math.max(fraction, next));
    },
    stop: () => clearInterval(timer),
  };
}

function describeCause(error: unknown): string | undefined {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : error.cause;
  return isProblem(error) ? (cause === undefined ? undefined : String(cause)) : error.stack;
}
