import { type Context, recordAct, requireScope } from '../../platform/index.ts';
import { checkCron } from '../campaigns/campaign-schedule.ts';
import { checkTarget } from './check-target.ts';
import type { DeliveryTarget, DeliveryTargetChange } from './delivery-contracts.ts';
import { readTarget } from './target-rows.ts';

/** Changes what is given and keeps the rest. What is on its way goes where the target leads to when it is sent. */
export async function changeTarget(
  ctx: Context,
  { targetId, ...change }: DeliveryTargetChange & { targetId: string },
): Promise<DeliveryTarget> {
  requireScope(ctx.actor, 'platform:admin');

  return ctx.db.transaction().execute(async (tx) => {
    const target = { ...(await readTarget(tx, ctx.orgId, targetId)), ...change };
    // A target whose connection was forgotten can still be renamed or paused.
    const leadsElsewhere = ['settings', 'credentialId', 'campaignId'].some((name) => name in change);
    const settings = leadsElsewhere ? await checkTarget(tx, ctx.orgId, target) : target.settings;
    const isRescheduled = change.cron !== undefined || change.timeZone !== undefined || change.isEnabled === true;
    await tx
      .updateTable('delivery_targets')
      .set({
        label: target.label,
        campaign_id: target.campaignId,
        credential_id: target.credentialId,
        settings: JSON.stringify(settings),
        cron: target.cron,
        time_zone: target.timeZone,
        is_enabled: target.isEnabled,
        ...(isRescheduled && {
          next_digest_at: target.cron === null ? null : checkCron(target.cron, target.timeZone, ctx.now()),
        }),
      })
      .where('id', '=', targetId)
      .where('org_id', '=', ctx.orgId)
      .execute();
    await recordAct(tx, ctx, {
      action: 'listening.change-target',
      subjectKind: 'delivery-target',
      subjectId: targetId,
      details: { label: target.label, changed: Object.keys(change) },
    });
    return readTarget(tx, ctx.orgId, targetId);
  });
}
