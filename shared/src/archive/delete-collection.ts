import { type Context, recordAct, requireScope } from '../platform/index.ts';
import { findCollection } from './collection-rows.ts';

/** The collection goes, its items stay. */
export async function deleteCollection(ctx: Context, { collectionId }: { collectionId: string }): Promise<void> {
  requireScope(ctx.actor, 'archive:write');

  await ctx.db.transaction().execute(async (tx) => {
    const { name, itemCount } = await findCollection(tx, ctx.orgId, collectionId);
    await tx.deleteFrom('collections').where('id', '=', collectionId).execute();
    await recordAct(tx, ctx, {
      action: 'archive.delete-collection',
      subjectKind: 'collection',
      subjectId: collectionId,
      details: { name, itemCount },
    });
  });
}
