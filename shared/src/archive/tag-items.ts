import { sql } from 'kysely';
import { type Context, requireScope } from '../platform/index.ts';
import { NO_SUCH_ITEM, reportDone } from './bulk-report.ts';
import type { BulkReport } from './library-contracts.ts';

const TAGS_PER_ITEM = 40;

/** Adds and removes tags of many items in one statement. They were chosen by a person: enrichment leaves them alone. */
export async function tagItems(
  ctx: Context,
  { ids, add, remove }: { ids: readonly string[]; add: readonly string[]; remove: readonly string[] },
): Promise<BulkReport> {
  requireScope(ctx.actor, 'archive:write');

  const rows = await ctx.db.transaction().execute(async (tx) => {
    // Always in the same order, so that two such changes wait for each other and never for ever.
    const found = await sql<{ id: string; count: number }>`
      with held as (
        select i.id, i.tags from items i where i.org_id = ${ctx.orgId} and i.id = any(${ids}::uuid[])
        order by i.id for no key update),
      wanted as (
        select h.id, array(
          select t.tag from unnest(h.tags || ${add}::text[]) with ordinality t(tag, n)
          where t.tag <> all(${remove}::text[]) group by t.tag order by min(t.n)) as tags
        from held h),
      changed as (
        update items i set tags = w.tags, tags_given = true from wanted w
        where i.id = w.id and cardinality(w.tags) <= ${TAGS_PER_ITEM} returning i.id)
      select w.id, cardinality(w.tags) as count from wanted w
    `.execute(tx);
    return found.rows;
  });
  const fitting = rows.filter(({ count }) => count <= TAGS_PER_ITEM).map(({ id }) => id);
  const crowded = new Set(rows.filter(({ count }) => count > TAGS_PER_ITEM).map(({ id }) => id));
  const report = reportDone(ids, fitting, NO_SUCH_ITEM);
  return {
    ...report,
    refused: report.refused.map((refusal) =>
      crowded.has(refusal.id)
        ? { ...refusal, code: 'invalid-input', detail: `An item has at most ${TAGS_PER_ITEM} tags. Remove one first.` }
        : refusal,
    ),
  };
}
