import { advanceRun } from '@nexus/shared/listening';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { handle, type JobIo } from '../../platform/handle.ts';
import type { WorkerPorts } from '../../platform/ports.ts';
import { enterStage, type Ending, endRun, failedEnding, handBack, putOff, reachedEnding } from './end-run.ts';
import { CANCELED, LOST, type RunRow, takeRun, watchRun } from './run-lease.ts';
import { type RunWork, startWork } from './run-work.ts';
import type { Stage, Wait } from './stage.ts';
import { STAGES } from './stages.ts';

/** Then it hands on to itself, so that one long run does not keep others from a worker's places. */
const SLICE_MS = 4 * 60_000;
/** Of errors that say no time: 5 s, then twice as long each time, five minutes in all. */
const MOST_FAILURES = 6;
const FIRST_DELAY_SECONDS = 5;
/** Of errors that say when: a run is not kept open for ever. */
const MOST_WAIT_HOURS = 26;

export default handle(advanceRun, async (payload, ports, io) => {
  io.log.set(await advance(payload, ports, io));
});

/** Takes the run, goes through its stages, and leaves it ended, waiting, or handed on. Answers what to log. */
export async function advance(
  payload: { orgId: string; runId: string },
  ports: WorkerPorts,
  io: JobIo,
  stages: readonly Stage[] = STAGES,
): Promise<{ outcome: string; retryAt?: Date; code?: string; cause?: string | undefined }> {
  const row = await takeRun(ports, payload);
  if (!row) return { outcome: 'not-due' };
  const watch = watchRun(ports, row);
  const signal = AbortSignal.any([io.signal, watch.signal]);
  const work = startWork(ports, row, { signal, end: watch.abort });
  const at = { stage: row.stage };
  try {
    const own = stages.filter(({ kinds }) => kinds.includes(work.run.kind));
    const result = await goThrough(own, at, { work, ports, row });
    if (result === 'sliced') {
      await handBack(ports, row);
      return { outcome: 'handed-on' };
    }
    if ('until' in result) return { outcome: 'waiting', retryAt: await putOff(ports, row, result) };
    await endRun(ports, row, result);
    return { outcome: result.endReason };
  } catch (error) {
    return await settle(error, { row, work, ports, stage: at.stage, job: io.signal, watch: watch.signal });
  } finally {
    watch.stop();
  }
}

async function goThrough(
  stages: readonly Stage[],
  at: { stage: string },
  { work, ports, row }: { work: RunWork; ports: WorkerPorts; row: RunRow },
): Promise<Ending | Wait | 'sliced'> {
  const beganAt = performance.now();
  let place = Math.max(
    0,
    stages.findIndex(({ name }) => name === at.stage),
  );
  for (let stage = stages[place]; stage; stage = stages[place]) {
    work.io.signal.throwIfAborted();
    const outcome = await stage.step(work.io);
    if (typeof outcome === 'object') return outcome;
    if (outcome === 'done') {
      const next = stages[++place];
      if (!next) break;
      await enterStage(ports, row, next.name);
      at.stage = next.name;
    } else if (performance.now() - beganAt > SLICE_MS) {
      return 'sliced';
    }
  }
  work.io.signal.throwIfAborted();
  return reachedEnding(ports, work.run.id);
}

interface Unsettled {
  readonly row: RunRow;
  readonly work: RunWork;
  readonly ports: WorkerPorts;
  readonly stage: string;
  readonly job: AbortSignal;
  readonly watch: AbortSignal;
}

/** What was thrown, by who is to blame: the user, another worker, the end of the process, or something that may pass. */
async function settle(error: unknown, { row, work, ports, stage, job, watch }: Unsettled) {
  if (watch.reason === LOST) return { outcome: 'lost' };
  if (watch.reason === CANCELED) {
    await endRun(ports, row, { state: 'canceled', endReason: 'canceled', problem: null });
    return { outcome: 'canceled' };
  }
  // Told to stop, or its time in the queue is over.
  if (job.aborted) {
    await handBack(ports, row);
    return { outcome: 'handed-back' };
  }
  const problem = isProblem(error) ? error : unexpected(error);
  const told = { code: problem.code, cause: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  const wait = problem.mayRetry
    ? waitAfter(problem, { failures: work.failures(), stage, startedAt: row.started_at, now: ports.now() })
    : null;
  if (wait) return { outcome: 'waiting', retryAt: await putOff(ports, row, wait, { isFailure: true }), ...told };
  await endRun(ports, row, failedEnding(problem));
  return { outcome: 'failed', ...told };
}

/** Null when it was tried often enough. */
function waitAfter(
  problem: NexusError,
  { failures, stage, startedAt, now }: { failures: number; stage: string; startedAt: Date | null; now: Date },
): Wait | null {
  const told = problem.retryAfterSeconds;
  const seconds = told === undefined ? FIRST_DELAY_SECONDS * 2 ** failures : Math.max(1, told);
  const until = new Date(now.getTime() + seconds * 1000);
  const open = until.getTime() - (startedAt ?? now).getTime();
  const isOver = told === undefined ? failures >= MOST_FAILURES : open > MOST_WAIT_HOURS * 3_600_000;
  return isOver ? null : { source: stage, until, detail: problem.detail };
}

const unexpected = (error: unknown): NexusError =>
  new NexusError('internal', 'Something unexpected went wrong. It is tried again; the log of the server tells more.', {
    cause: error,
  });
