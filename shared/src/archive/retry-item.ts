import { sql } from 'kysely';
import { type Context, NexusError, requireScope, type Tx } from '../platform/index.ts';
import { type Item, type Retry, STEP_NAMES, type StepName } from './contracts.ts';
import { lockItem, presentItem, readItem } from './item-rows.ts';
import { STEP_JOBS } from './jobs.ts';

/**
 * Works an item anew from a step (default: the first that is not done). Later steps follow; earlier results stay. A step before
 * the named one that is not done comes first, because the named one builds on it.
 */
export async function retryItem(ctx: Context, input: { itemId: string } & Retry): Promise<Item> {
  requireScope(ctx.actor, 'archive:write');

  const record = await ctx.db.transaction().execute(async (tx) => {
    const item = await lockItem(tx, input.itemId);
    if (item.status === 'working' || item.status === 'queued') {
      throw new NexusError('conflict', 'This item is being worked on. Cancel it first.');
    }
    const step = await earliestStep(tx, item.id, input.fromStep);
    await restartFrom(ctx, tx, { orgId: item.org_id, itemId: item.id }, step);
    return readItem(tx, item.id);
  });
  return presentItem(record, ctx.storage);
}

/** Resets the step and all after it, gives them a fresh budget of attempts, and queues the step. */
export async function restartFrom(
  ctx: Pick<Context, 'queue'>,
  tx: Tx,
  item: { orgId: string; itemId: string },
  step: StepName,
): Promise<void> {
  await tx
    .updateTable('item_steps')
    .set({
      state: 'pending',
      progress: 0,
      problem: null,
      input_hash: null,
      started_at: null,
      finished_at: null,
      attempts_before: sql`attempt`,
      failures: 0,
    })
    .where('item_id', '=', item.itemId)
    .where('position', '>=', STEP_NAMES.indexOf(step))
    .execute();
  const progress = STEP_NAMES.indexOf(step) / STEP_NAMES.length;
  await tx
    .updateTable('items')
    .set({ status: 'queued', duplicate_of: null, problem: null, progress })
    .where('id', '=', item.itemId)
    .execute();
  await ctx.queue.send(STEP_JOBS[step], item, { tx });
}

/** The first step that is not done, or the wanted one when that comes earlier. */
export async function earliestStep(tx: Tx, itemId: string, wanted?: StepName): Promise<StepName> {
  const row = await tx
    .selectFrom('item_steps')
    .select('position')
    .where('item_id', '=', itemId)
    .where('state', 'not in', ['done', 'skipped'])
    .orderBy('position')
    .executeTakeFirst();
  const positions = [row?.position, wanted && STEP_NAMES.indexOf(wanted)].filter((position) => position !== undefined);
  return STEP_NAMES[Math.min(...positions)] ?? 'acquire';
}
