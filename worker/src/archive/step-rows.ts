import { type ItemRow, STEP_JOBS, STEP_NAMES, StepName, storableText } from '@nexus/shared/archive';
import type { NexusError, Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { WorkerPorts } from '../platform/ports.ts';

interface EndOfStep {
  state: 'done' | 'skipped';
  output?: unknown;
  inputHash?: string;
}

/** Marks a step as over and queues the next one, or marks the item as ready. */
export async function advance(
  tx: Tx,
  item: Pick<ItemRow, 'id' | 'org_id'>,
  name: StepName,
  ports: WorkerPorts,
  result: EndOfStep,
): Promise<void> {
  await endStep(tx, item, name, ports, result);
  const position = STEP_NAMES.indexOf(name);
  const next = await nextStep(tx, item.id, position);
  if (next) {
    const progress = STEP_NAMES.indexOf(next) / STEP_NAMES.length;
    await tx.updateTable('items').set({ progress }).where('id', '=', item.id).execute();
    await ports.queue.send(STEP_JOBS[next], { orgId: item.org_id, itemId: item.id }, { tx });
  } else {
    await tx
      .updateTable('items')
      .set({ status: 'ready', progress: 1, problem: null, ready_at: ports.now() })
      .where('id', '=', item.id)
      .execute();
  }
}

/** Marks a step as over. */
export async function endStep(
  tx: Tx,
  item: Pick<ItemRow, 'id'>,
  name: StepName,
  ports: WorkerPorts,
  result: EndOfStep,
): Promise<void> {
  await tx
    .updateTable('item_steps')
    .set({
      state: result.state,
      progress: 1,
      problem: null,
      finished_at: ports.now(),
      ...(result.inputHash !== undefined && {
        input_hash: result.inputHash,
        output: result.output === undefined ? null : JSON.stringify(result.output),
      }),
    })
    .where('item_id', '=', item.id)
    .where('name', '=', name)
    .execute();
}

/** An imported item brings results of later steps along: those are not done again. */
async function nextStep(tx: Tx, itemId: string, position: number): Promise<StepName | undefined> {
  const row = await tx
    .selectFrom('item_steps')
    .select('name')
    .where('item_id', '=', itemId)
    .where('position', '>', position)
    .where('state', 'not in', ['done', 'skipped'])
    .orderBy('position')
    .executeTakeFirst();
  return row && StepName.parse(row.name);
}

/** What a problem makes of the step, and of the item with it. */
const STATUS_AFTER = { pending: 'working', waiting: 'waiting', failed: 'failed' } as const;

/** Writes why a step stands, in words for the item's user. */
export async function writeProblem(
  tx: Tx,
  row: ItemRow,
  name: StepName,
  problem: NexusError,
  state: keyof typeof STATUS_AFTER,
): Promise<void> {
  const written = JSON.stringify({ code: problem.code, detail: storableText(problem.detail), step: name });
  await tx
    .updateTable('item_steps')
    .set({ state, problem: written, ...(state === 'failed' && { finished_at: sql`now()` }) })
    .where('item_id', '=', row.id)
    .where('name', '=', name)
    .execute();
  await tx
    .updateTable('items')
    .set({ status: STATUS_AFTER[state], problem: written })
    .where('id', '=', row.id)
    .execute();
}

/** Whether this attempt still holds the step: not canceled, deleted or taken over. Locks the item first, as everyone does, then the step. */
export async function holdsStep(tx: Tx, itemId: string, name: StepName, attempt: number): Promise<boolean> {
  const item = await tx.selectFrom('items').select('id').where('id', '=', itemId).forNoKeyUpdate().executeTakeFirst();
  if (!item) return false;
  const row = await tx
    .selectFrom('item_steps')
    .select('attempt')
    .where('item_id', '=', itemId)
    .where('name', '=', name)
    .where('state', '=', 'working')
    .where('attempt', '=', attempt)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}
