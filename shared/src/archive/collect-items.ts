import { sql } from 'kysely';
import { type Context, requireScope } from '../platform/index.ts';
import { NO_SUCH_ITEM, reportDone } from './bulk-report.ts';
import { findCollection } from './collection-rows.ts';
import type { BulkReport } from './library-contracts.ts';

/** Puts items into a collection. One that is in it already stays. */
export async function collectItems(
  ctx: Context,
  { ids, collectionId }: { ids: readonly string[]; collectionId: string },
): Promise<BulkReport> {
  requireScope(ctx.actor, 'archive:write');

  const found = await ctx.db.transaction().execute(async (tx) => {
    await findCollection(tx, ctx.orgId, collectionId);
    const { rows } = await sql<{ id: string }>`
      with found as (
        select i.id from items i where i.org_id = ${ctx.orgId} and i.id = any(${ids}::uuid[]) for key share),
      added as (
        insert into collection_items (collection_id, item_id, org_id, added_by)
        select ${collectionId}::uuid, f.id, ${ctx.orgId}::uuid, ${ctx.actor.userId}::uuid from found f
        on conflict do nothing)
      select id from found
    `.execute(tx);
    return rows;
  });
  return reportDone(
    ids,
    found.map(({ id }) => id),
    NO_SUCH_ITEM,
  );
}
