import { type Context, requireScope } from '../platform/index.ts';
import { findSavedSearch, requireFreeSearchName, toSavedSearch } from './saved-search-rows.ts';
import type { SavedSearch, SavedSearchChange } from './search-contracts.ts';

/** Renames a saved search, or notes that its owner opened it. */
export async function changeSavedSearch(
  ctx: Context,
  { searchId, change }: { searchId: string; change: SavedSearchChange },
): Promise<SavedSearch> {
  requireScope(ctx.actor, 'assistant:read');

  const row = await ctx.db.transaction().execute(async (tx) => {
    const found = await findSavedSearch(tx, ctx, searchId);
    if (change.name !== undefined) await requireFreeSearchName(tx, ctx, change.name, searchId);
    return tx
      .updateTable('saved_searches')
      .set({ name: change.name ?? found.name, opened_at: change.opened ? ctx.now() : found.opened_at })
      .where('id', '=', searchId)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
  return toSavedSearch(row);
}
