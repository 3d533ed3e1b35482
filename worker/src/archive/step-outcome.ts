import { makeDuplicate, STEP_JOBS, STEP_NAMES } from '@nexus/shared/archive';
import type { NexusError, Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { WorkerPorts } from '../platform/ports.ts';
import type { Step, StepResult } from './step.ts';
import type { BegunAttempt } from './step-attempt.ts';
import { advance, endStep, holdsStep, writeProblem } from './step-rows.ts';
import { removeItemDirectory } from './work-directory.ts';

/** Of what another side asks for: a wrong date there must not put an item off for years. */
const LONGEST_DELAY_SECONDS = 6 * 3600;

/** 5 s, 10 s, 20 s, … up to ten minutes, unless the other side said when. */
const retryDelaySeconds = (problem: NexusError, failures: number): number =>
  problem.retryAfterSeconds === undefined
    ? Math.min(600, 5 * 2 ** (failures - 1))
    : Math.min(LONGEST_DELAY_SECONDS, Math.max(1, problem.retryAfterSeconds));

/** An unexpected failure is seldom different the third time; an outside service may be back after an hour. */
const mostFailures = (problem: NexusError): number => (problem.code === 'internal' ? 3 : 8);

/** Writes the result and queues the next step in one transaction. `lost` when another attempt or a person took the row meanwhile. */
export async function finishStep(
  step: Step,
  attempt: BegunAttempt,
  result: StepResult,
  ports: WorkerPorts,
): Promise<'done' | 'skipped' | 'duplicate' | 'lost'> {
  const { row } = attempt.item;
  const finished = await ports.db.transaction().execute(async (tx) => {
    if (!(await isStillOurs(tx, step.name, attempt))) return 'lost' as const;
    const duplicate = await result.apply?.(tx);
    const over = { state: result.outcome, output: result.output, inputHash: attempt.inputHash };
    if (duplicate) {
      await endStep(tx, row, step.name, ports, over);
      await makeDuplicate(tx, row.id, duplicate.duplicateOf, ports.now());
      return 'duplicate' as const;
    }
    await advance(tx, row, step.name, ports, over);
    return result.outcome;
  });
  if (finished === 'duplicate' || (finished !== 'lost' && step.name === STEP_NAMES.at(-1)))
    await removeItemDirectory(ports.workDirectory, row.id);
  return finished;
}

/** A passing problem is queued again, a missing configuration waits, everything else ends the item with words for its user. */
export async function failStep(
  step: Step,
  attempt: BegunAttempt,
  problem: NexusError,
  ports: WorkerPorts,
): Promise<{ outcome: 'lost' | 'waiting' | 'retrying' | 'failed'; code: string; retryAt?: Date }> {
  const { row } = attempt.item;
  let retryAt: Date | undefined;
  const outcome = await ports.db.transaction().execute(async (tx) => {
    if (!(await isStillOurs(tx, step.name, attempt))) return 'lost' as const;
    if (problem.code === 'not-configured') {
      await writeProblem(tx, row, step.name, problem, 'waiting');
      return 'waiting' as const;
    }
    const failures = attempt.failures + 1;
    await tx
      .updateTable('item_steps')
      .set({ failures })
      .where('item_id', '=', row.id)
      .where('name', '=', step.name)
      .execute();
    if (problem.mayRetry && failures < mostFailures(problem)) {
      await writeProblem(tx, row, step.name, problem, 'pending');
      retryAt = new Date(ports.now().getTime() + retryDelaySeconds(problem, failures) * 1000);
      await ports.queue.send(STEP_JOBS[step.name], { orgId: row.org_id, itemId: row.id }, { tx, startAfter: retryAt });
      return 'retrying' as const;
    }
    await writeProblem(tx, row, step.name, problem, 'failed');
    return 'failed' as const;
  });
  if (outcome === 'failed' || outcome === 'waiting') await removeItemDirectory(ports.workDirectory, row.id);
  return { outcome, code: problem.code, retryAt };
}

/** The worker stops: the attempt does not count and the job is there for the next worker. */
export async function handBackStep(step: Step, attempt: BegunAttempt, ports: WorkerPorts): Promise<void> {
  const { row } = attempt.item;
  await ports.db.transaction().execute(async (tx) => {
    if (!(await isStillOurs(tx, step.name, attempt))) return;
    await tx
      .updateTable('item_steps')
      .set({ state: 'pending', attempts_before: sql`attempts_before + 1` })
      .where('item_id', '=', row.id)
      .where('name', '=', step.name)
      .execute();
    await tx.updateTable('items').set({ status: 'queued' }).where('id', '=', row.id).execute();
    await ports.queue.send(STEP_JOBS[step.name], { orgId: row.org_id, itemId: row.id }, { tx });
  });
}

/** Writes progress when given. False when the step is no longer ours: canceled, deleted, or taken over. */
export async function touchStep(
  step: Step,
  attempt: BegunAttempt,
  progress: number | null,
  ports: WorkerPorts,
): Promise<boolean> {
  return ports.db.transaction().execute(async (tx) => {
    if (!(await isStillOurs(tx, step.name, attempt))) return false;
    if (progress !== null) {
      await tx
        .updateTable('item_steps')
        .set({ progress })
        .where('item_id', '=', attempt.item.row.id)
        .where('name', '=', step.name)
        .execute();
    }
    return true;
  });
}

const isStillOurs = (tx: Tx, name: Step['name'], attempt: BegunAttempt): Promise<boolean> =>
  holdsStep(tx, attempt.item.row.id, name, attempt.number);
