import { type Context, requireScope } from '../../platform/index.ts';
import type { Campaign } from '../campaign-contracts.ts';
import { readCampaigns } from './campaign-rows.ts';

/** All campaigns, by name. */
export async function listCampaigns(ctx: Context): Promise<Campaign[]> {
  requireScope(ctx.actor, 'listening:read');
  return ctx.db.transaction().execute((tx) => readCampaigns(tx, { orgId: ctx.orgId }));
}
