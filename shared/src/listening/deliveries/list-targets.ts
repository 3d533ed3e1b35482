import { type Context, requireScope } from '../../platform/index.ts';
import type { DeliveryTarget } from './delivery-contracts.ts';
import { readTargets } from './target-rows.ts';

/** Where opportunities are told, by name. */
export async function listTargets(ctx: Context): Promise<DeliveryTarget[]> {
  requireScope(ctx.actor, 'listening:read');
  return ctx.db.transaction().execute((tx) => readTargets(tx, { orgId: ctx.orgId }));
}
