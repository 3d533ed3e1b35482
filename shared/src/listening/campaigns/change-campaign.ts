import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import type { Campaign, CampaignChange } from '../campaign-contracts.ts';
import { readCampaign } from './campaign-rows.ts';
import { checkCron } from './campaign-schedule.ts';
import { checkQuery } from './check-query.ts';
import { checkSources } from './check-sources.ts';

/** Changes what is given. A run under way goes on as it began; one with another query begins anew. */
export async function changeCampaign(
  ctx: Context,
  { campaignId, ...change }: { campaignId: string } & CampaignChange,
): Promise<Campaign> {
  requireScope(ctx.actor, 'listening:write');
  if (change.query) checkQuery(change.query);

  return ctx.db.transaction().execute(async (tx) => {
    const before = await readCampaign(tx, ctx.orgId, campaignId);
    const cron = change.cron === undefined ? before.cron : change.cron || null;
    const timeZone = change.timeZone ?? before.timeZone;
    const isRescheduled = change.cron !== undefined || change.timeZone !== undefined || change.isPaused !== undefined;
    const sources = change.sources && (await checkSources(tx, ctx.orgId, change.sources));
    const { numUpdatedRows } = await tx
      .updateTable('campaigns')
      .set({
        ...(change.name !== undefined && { name: change.name }),
        ...(change.query && { query: JSON.stringify(change.query) }),
        ...(change.brief && { brief: JSON.stringify(change.brief) }),
        ...(sources && { sources: JSON.stringify(sources) }),
        ...(change.isPaused !== undefined && { is_paused: change.isPaused }),
        ...(change.maxPosts !== undefined && { max_posts: change.maxPosts }),
        ...(change.maxCostUsd !== undefined && { max_cost_usd: change.maxCostUsd?.toString() ?? null }),
        ...(change.threshold !== undefined && { threshold: change.threshold }),
        // After a pause it goes on with the next time, not with those it missed.
        ...(isRescheduled && {
          cron,
          time_zone: timeZone,
          next_run_at: cron === null ? null : checkCron(cron, timeZone, ctx.now()),
        }),
        updated_at: ctx.now(),
      })
      .where('id', '=', campaignId)
      .where('org_id', '=', ctx.orgId)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new NexusError('forbidden', 'Your role does not allow this.');
    return readCampaign(tx, ctx.orgId, campaignId);
  });
}
