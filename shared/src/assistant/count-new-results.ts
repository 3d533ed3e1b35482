import { type Context, requireScope } from '../platform/index.ts';
import { rankByWords } from './rank-by-words.ts';
import { findSavedSearch, toSavedSearch } from './saved-search-rows.ts';
import type { NewResults } from './search-contracts.ts';

/** As deep as a search goes. */
const WINDOW = 100;

/** How many of the best passages of a saved search are new to its owner. Asks the ranking only when anything was indexed since. */
export async function countNewResults(ctx: Context, { searchId }: { searchId: string }): Promise<NewResults> {
  requireScope(ctx.actor, 'assistant:read');

  return ctx.db.transaction().execute(async (tx) => {
    const row = await findSavedSearch(tx, ctx, searchId);
    const newer = await tx
      .selectFrom('chunks')
      .select('id')
      .where('org_id', '=', ctx.orgId)
      .where('created_at', '>', row.opened_at)
      .limit(1)
      .executeTakeFirst();
    if (!newer) return { count: 0 };

    const { query, ...limits } = toSavedSearch(row).request;
    const { ranked } = await rankByWords(tx, { ...limits, orgId: ctx.orgId }, query, WINDOW);
    if (ranked.length === 0) return { count: 0 };
    const { count } = await tx
      .selectFrom('chunks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where(
        'number',
        'in',
        ranked.map(({ number }) => number),
      )
      .where('created_at', '>', row.opened_at)
      .executeTakeFirstOrThrow();
    return { count: Number(count) };
  });
}
