import { type Context, requireScope } from '../platform/index.ts';
import { readCollections } from './collection-rows.ts';
import type { Collection } from './library-contracts.ts';

/** All of them, by name. */
export async function listCollections(ctx: Context): Promise<{ collections: Collection[] }> {
  requireScope(ctx.actor, 'archive:read');
  return { collections: await ctx.db.transaction().execute((tx) => readCollections(tx, ctx.orgId)) };
}
