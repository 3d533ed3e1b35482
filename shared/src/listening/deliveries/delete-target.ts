import { type Context, recordAct, requireScope } from '../../platform/index.ts';
import { readTarget } from './target-rows.ts';

/** Nothing is told there any more; the log of what was goes with it. The connection stays. */
export async function deleteTarget(ctx: Context, { targetId }: { targetId: string }): Promise<void> {
  requireScope(ctx.actor, 'platform:admin');

  await ctx.db.transaction().execute(async (tx) => {
    const target = await readTarget(tx, ctx.orgId, targetId);
    await tx.deleteFrom('delivery_targets').where('id', '=', targetId).where('org_id', '=', ctx.orgId).execute();
    await recordAct(tx, ctx, {
      action: 'listening.delete-target',
      subjectKind: 'delivery-target',
      subjectId: targetId,
      details: { adapter: target.adapter, label: target.label },
    });
  });
}
