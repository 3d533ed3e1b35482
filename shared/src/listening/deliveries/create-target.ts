import { type Context, recordAct, requireScope } from '../../platform/index.ts';
import { checkCron } from '../campaigns/campaign-schedule.ts';
import { checkTarget } from './check-target.ts';
import type { DeliveryTarget, NewDeliveryTarget } from './delivery-contracts.ts';
import { readTarget } from './target-rows.ts';

/** From the next run on, opportunities are told there too. What leaves the organisation is an admin's to say. */
export async function createTarget(ctx: Context, input: NewDeliveryTarget): Promise<DeliveryTarget> {
  requireScope(ctx.actor, 'platform:admin');

  return ctx.db.transaction().execute(async (tx) => {
    const settings = await checkTarget(tx, ctx.orgId, input);
    const { id } = await tx
      .insertInto('delivery_targets')
      .values({
        org_id: ctx.orgId,
        campaign_id: input.campaignId,
        adapter: input.adapter,
        label: input.label,
        credential_id: input.credentialId,
        settings: JSON.stringify(settings),
        cron: input.cron,
        time_zone: input.timeZone,
        next_digest_at: input.cron === null ? null : checkCron(input.cron, input.timeZone, ctx.now()),
        created_by: ctx.actor.userId,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await recordAct(tx, ctx, {
      action: 'listening.create-target',
      subjectKind: 'delivery-target',
      subjectId: id,
      details: { adapter: input.adapter, label: input.label },
    });
    return readTarget(tx, ctx.orgId, id);
  });
}
