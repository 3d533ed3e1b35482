import { type Context, requireScope } from '../platform/index.ts';
import { ownerOf, toSavedSearch } from './saved-search-rows.ts';
import type { SavedSearch } from './search-contracts.ts';

/** The caller's own, by name. */
export async function listSavedSearches(ctx: Context): Promise<{ searches: SavedSearch[] }> {
  requireScope(ctx.actor, 'assistant:read');

  const rows = await ctx.db.transaction().execute((tx) =>
    tx
      .selectFrom('saved_searches')
      .selectAll()
      .where('org_id', '=', ctx.orgId)
      .where('user_id', '=', ownerOf(ctx))
      .orderBy((eb) => eb.fn('lower', ['name']))
      .execute(),
  );
  return { searches: rows.map(toSavedSearch) };
}
