import { type Context, requireScope } from '../platform/index.ts';
import { findCollection, requireFreeName } from './collection-rows.ts';
import type { Collection, NewCollection } from './library-contracts.ts';

/** An empty collection. */
export async function createCollection(ctx: Context, { name, description }: NewCollection): Promise<Collection> {
  requireScope(ctx.actor, 'archive:write');

  return ctx.db.transaction().execute(async (tx) => {
    await requireFreeName(tx, ctx.orgId, name);
    const { id } = await tx
      .insertInto('collections')
      .values({ org_id: ctx.orgId, name, description, created_by: ctx.actor.userId })
      .returning('id')
      .executeTakeFirstOrThrow();
    return findCollection(tx, ctx.orgId, id);
  });
}
