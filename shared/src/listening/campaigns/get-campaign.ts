import { type Context, requireScope } from '../../platform/index.ts';
import type { Campaign } from '../campaign-contracts.ts';
import { readCampaign } from './campaign-rows.ts';

export async function getCampaign(ctx: Context, input: { campaignId: string }): Promise<Campaign> {
  requireScope(ctx.actor, 'listening:read');
  return ctx.db.transaction().execute((tx) => readCampaign(tx, ctx.orgId, input.campaignId));
}
