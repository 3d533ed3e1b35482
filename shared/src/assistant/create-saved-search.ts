import { type Context, requireScope } from '../platform/index.ts';
import { ownerOf, requireFreeSearchName, toSavedSearch } from './saved-search-rows.ts';
import type { NewSavedSearch, SavedSearch } from './search-contracts.ts';

/** Keeps a question with its filters for whoever asks; it changes nothing for others, so reading is enough. */
export async function createSavedSearch(ctx: Context, { name, request }: NewSavedSearch): Promise<SavedSearch> {
  requireScope(ctx.actor, 'assistant:read');

  const row = await ctx.db.transaction().execute(async (tx) => {
    await requireFreeSearchName(tx, ctx, name);
    return tx
      .insertInto('saved_searches')
      .values({ org_id: ctx.orgId, user_id: ownerOf(ctx), name, request: JSON.stringify(request) })
      .returningAll()
      .executeTakeFirstOrThrow();
  });
  return toSavedSearch(row);
}
