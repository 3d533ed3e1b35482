import type { Context, Tx } from '../platform/index.ts';
import { StepName } from './contracts.ts';
import { restartFrom } from './retry-item.ts';

/** Items of an organisation that wait for something to be configured go on from the step that waits: any step, or the named one. Answers how many. */
export async function resumeWaiting(
  ctx: Pick<Context, 'queue'>,
  tx: Tx,
  orgId: string,
  name?: StepName,
): Promise<number> {
  const waiting = await tx
    .selectFrom('item_steps')
    .select(['org_id', 'item_id', 'name'])
    .where('state', '=', 'waiting')
    .where('org_id', '=', orgId)
    .$if(name !== undefined, (query) => query.where('name', '=', name!))
    .orderBy('item_id')
    .execute();
  let resumed = 0;
  for (const step of waiting) {
    // Canceled or deleted since the list was read: it stays so.
    const item = await tx
      .selectFrom('items')
      .select('id')
      .where('id', '=', step.item_id)
      .where('status', '=', 'waiting')
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!item) continue;
    await restartFrom(ctx, tx, { orgId: step.org_id, itemId: step.item_id }, StepName.parse(step.name));
    resumed++;
  }
  return resumed;
}
