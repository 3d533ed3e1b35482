import { type Context, requireScope } from '../platform/index.ts';
import { findCollection, requireFreeName } from './collection-rows.ts';
import type { Collection, CollectionChange } from './library-contracts.ts';

/** Renames a collection or describes it anew. */
export async function changeCollection(
  ctx: Context,
  { collectionId, change }: { collectionId: string; change: CollectionChange },
): Promise<Collection> {
  requireScope(ctx.actor, 'archive:write');
  const { name, description } = change;

  return ctx.db.transaction().execute(async (tx) => {
    const found = await findCollection(tx, ctx.orgId, collectionId);
    if (name !== undefined) await requireFreeName(tx, ctx.orgId, name, collectionId);
    await tx
      .updateTable('collections')
      .set({ name: name ?? found.name, description: description ?? found.description })
      .where('id', '=', collectionId)
      .execute();
    return findCollection(tx, ctx.orgId, collectionId);
  });
}
