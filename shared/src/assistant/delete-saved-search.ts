import { type Context, requireScope } from '../platform/index.ts';
import { findSavedSearch } from './saved-search-rows.ts';

export async function deleteSavedSearch(ctx: Context, { searchId }: { searchId: string }): Promise<void> {
  requireScope(ctx.actor, 'assistant:read');

  await ctx.db.transaction().execute(async (tx) => {
    await findSavedSearch(tx, ctx, searchId);
    await tx.deleteFrom('saved_searches').where('id', '=', searchId).execute();
  });
}
