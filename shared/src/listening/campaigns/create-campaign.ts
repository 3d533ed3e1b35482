import { type Context, requireScope } from '../../platform/index.ts';
import type { Campaign, NewCampaign } from '../campaign-contracts.ts';
import { readCampaign } from './campaign-rows.ts';
import { checkCron } from './campaign-schedule.ts';
import { checkQuery } from './check-query.ts';
import { checkSources } from './check-sources.ts';

/** Stores a campaign. Its first run comes by its schedule, or when somebody starts one. */
export async function createCampaign(ctx: Context, input: NewCampaign): Promise<Campaign> {
  requireScope(ctx.actor, 'listening:write');
  checkQuery(input.query);
  const next = input.cron ? checkCron(input.cron, input.timeZone, ctx.now()) : null;

  return ctx.db.transaction().execute(async (tx) => {
    const sources = await checkSources(tx, ctx.orgId, input.sources);
    const { id } = await tx
      .insertInto('campaigns')
      .values({
        org_id: ctx.orgId,
        name: input.name,
        query: JSON.stringify(input.query),
        brief: JSON.stringify(input.brief),
        sources: JSON.stringify(sources),
        cron: input.cron || null,
        time_zone: input.timeZone,
        max_posts: input.maxPosts,
        max_cost_usd: input.maxCostUsd?.toString() ?? null,
        threshold: input.threshold,
        next_run_at: next,
        created_by: ctx.actor.userId,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return readCampaign(tx, ctx.orgId, id);
  });
}
