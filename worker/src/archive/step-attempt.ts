import { type ItemJob, StepName } from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import type { WorkerPorts } from '../platform/ports.ts';
import type { Step, StepItem } from './step.ts';
import { advance, writeProblem } from './step-rows.ts';

/** A process that dies in the same step so often is killed by it: memory, most likely. Whoever kills it by hand does so less often. */
const MOST_DEATHS = 25;

export type StepAttempt =
  | { outcome: 'begun'; number: number; failures: number; item: StepItem; inputHash: string }
  | { outcome: 'gone' | 'not-due' | 'already-done' | 'given-up'; number: number; item?: undefined };
export type BegunAttempt = Extract<StepAttempt, { outcome: 'begun' }>;

/**
 * Takes the step for this attempt. The attempt is counted before work starts, and its number fences off any other that may
 * still run: the last to begin is the only one that can finish.
 */
export async function beginStep(step: Step, { itemId }: ItemJob, ports: WorkerPorts): Promise<StepAttempt> {
  return ports.db.transaction().execute(async (tx) => {
    const row = await tx.selectFrom('items').selectAll().where('id', '=', itemId).forNoKeyUpdate().executeTakeFirst();
    const steps = row
      ? await tx.selectFrom('item_steps').selectAll().where('item_id', '=', itemId).orderBy('position').execute()
      : [];
    const current = steps.find(({ name }) => name === step.name);
    if (!row || !current) return { outcome: 'gone', number: 0 };
    if (isOver(current.state)) {
      return { outcome: 'already-done', number: current.attempt };
    }
    // Resting, or an old job of an item that was sent back to an earlier step since.
    const isReached = steps.every(({ position, state }) => position >= current.position || isOver(state));
    if (!isReached || (current.state !== 'pending' && current.state !== 'working'))
      return { outcome: 'not-due', number: current.attempt };

    const outputs = Object.fromEntries(steps.map(({ name, output }) => [StepName.parse(name), output]));
    const item: StepItem = { row, outputs };
    const inputHash = await hashOf(step.inputs(item));
    if (current.input_hash === inputHash) {
      await advance(tx, row, step.name, ports, { state: current.output === null ? 'skipped' : 'done' });
      return { outcome: 'already-done', number: current.attempt };
    }

    const number = current.attempt + 1;
    const deaths = current.attempt - current.attempts_before - current.failures;
    if (deaths >= MOST_DEATHS) {
      const problem = new NexusError(
        'internal',
        `The worker stopped ${deaths} times in this step. The file may need more memory than this machine has.`,
      );
      await writeProblem(tx, row, step.name, problem, 'failed');
      return { outcome: 'given-up', number: current.attempt };
    }
    await tx
      .updateTable('item_steps')
      .set({
        state: 'working',
        attempt: number,
        progress: 0,
        problem: null,
        started_at: ports.now(),
        finished_at: null,
      })
      .where('item_id', '=', itemId)
      .where('name', '=', step.name)
      .execute();
    if (row.status !== 'working' || row.problem !== null)
      await tx.updateTable('items').set({ status: 'working', problem: null }).where('id', '=', itemId).execute();
    return { outcome: 'begun', number, failures: current.failures, item, inputHash };
  });
}

const isOver = (state: string): boolean => state === 'done' || state === 'skipped';

async function hashOf(inputs: readonly unknown[]): Promise<string> {
  return new Bun.CryptoHasher('sha256').update(JSON.stringify(inputs)).digest('hex');
}
