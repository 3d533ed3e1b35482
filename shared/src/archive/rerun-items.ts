import { type Context, NexusError, requireScope } from '../platform/index.ts';
import { reportEach } from './bulk-report.ts';
import type { StepName } from './contracts.ts';
import { lockItem } from './item-rows.ts';
import type { BulkReport } from './library-contracts.ts';
import { earliestStep, restartFrom } from './retry-item.ts';

/** Works many items anew from a step, each in its own transaction. What is being worked on is refused. */
export async function rerunItems(
  ctx: Context,
  { ids, fromStep }: { ids: readonly string[]; fromStep?: StepName | undefined },
): Promise<BulkReport> {
  requireScope(ctx.actor, 'archive:write');

  return reportEach(ids, (itemId) =>
    ctx.db.transaction().execute(async (tx) => {
      const item = await lockItem(tx, itemId);
      if (item.status === 'working' || item.status === 'queued')
        throw new NexusError('conflict', 'This item is being worked on. Cancel it first.');
      const step = await earliestStep(tx, item.id, fromStep);
      await restartFrom(ctx, tx, { orgId: item.org_id, itemId: item.id }, step);
    }),
  );
}
