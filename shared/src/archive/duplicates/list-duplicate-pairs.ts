import { sql } from 'kysely';
import { z } from 'zod';
import { type Context, decodeCursor, type PageQuery, pageOf, requireScope } from '../../platform/index.ts';
import type { DuplicateFilter, DuplicatePair } from '../duplicate-contracts.ts';
import { presentPair, withItems } from './pair-rows.ts';

const Position = z.tuple([z.iso.datetime(), z.guid()]);

/** Newest first. What a machine was sure of is on the page of the item and not in this list. */
export async function listDuplicatePairs(
  ctx: Context,
  input: DuplicateFilter & PageQuery,
): Promise<{ pairs: DuplicatePair[]; nextCursor: string | null; openCount: number }> {
  requireScope(ctx.actor, 'archive:read');
  const after = input.cursor === undefined ? undefined : decodeCursor(input.cursor, Position);

  const { records, nextCursor, openCount } = await ctx.db.transaction().execute(async (tx) => {
    let query = tx.selectFrom('duplicate_pairs').selectAll().where('org_id', '=', ctx.orgId);
    query =
      input.state === 'open'
        ? query.where('verdict', 'is', null)
        : query.where('verdict', 'is not', null).where('decided_by', 'is not', null);
    if (after) query = query.where(sql<boolean>`(created_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`);
    const rows = await query
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(input.limit + 1)
      .execute();
    const page = pageOf(rows, input.limit, (row) => [row.created_at.toISOString(), row.id]);
    const { count } = await tx
      .selectFrom('duplicate_pairs')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('org_id', '=', ctx.orgId)
      .where('verdict', 'is', null)
      .executeTakeFirstOrThrow();
    return { records: await withItems(tx, page.rows), nextCursor: page.nextCursor, openCount: Number(count) };
  });
  const pairs = await Promise.all(records.map((record) => presentPair(record, ctx.storage)));
  return { pairs, nextCursor, openCount };
}
