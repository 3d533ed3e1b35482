import type { Selectable } from 'kysely';
import { type Context, type DB, NexusError, type Tx } from '../platform/index.ts';
import { SavedRequest, type SavedSearch } from './search-contracts.ts';

/** More than anybody reads, and few enough to count the news of each. */
export const SEARCHES_PER_MEMBER = 50;

export function toSavedSearch(row: Selectable<DB['saved_searches']>): SavedSearch {
  return {
    id: row.id,
    name: row.name,
    request: SavedRequest.parse(row.request),
    openedAt: row.opened_at.toISOString(),
    createdAt: row.created_at.toISOString(),
  };
}

/** Saved searches belong to a person; the worker has none. */
export function ownerOf({ actor }: Pick<Context, 'actor'>): string {
  if (actor.userId) return actor.userId;
  throw new NexusError('forbidden', 'Searches are saved for a person. Sign in as one.');
}

/** Throws `not-found` for what is not the caller's own. */
export async function findSavedSearch(tx: Tx, ctx: Pick<Context, 'orgId' | 'actor'>, id: string) {
  const row = await tx
    .selectFrom('saved_searches')
    .selectAll()
    .where('id', '=', id)
    .where('org_id', '=', ctx.orgId)
    .where('user_id', '=', ownerOf(ctx))
    .executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'There is no such saved search. It may have been deleted.');
  return row;
}

/** `conflict` beside the field when another saved search of theirs has this name. */
export async function requireFreeSearchName(
  tx: Tx,
  ctx: Pick<Context, 'orgId' | 'actor'>,
  name: string,
  exceptId?: string,
): Promise<void> {
  const rows = await tx
    .selectFrom('saved_searches')
    .select(['id', 'name'])
    .where('org_id', '=', ctx.orgId)
    .where('user_id', '=', ownerOf(ctx))
    .execute();
  if (exceptId === undefined && rows.length >= SEARCHES_PER_MEMBER)
    throw new NexusError('conflict', `At most ${SEARCHES_PER_MEMBER} searches are kept. Delete one first.`);
  const taken = rows.some((row) => row.id !== exceptId && row.name.toLowerCase() === name.toLowerCase());
  if (!taken) return;
  const detail = 'You have a search with this name. Choose another.';
  throw new NexusError('conflict', detail, { fields: { name: [detail] } });
}
