import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import { type Context, decodeCursor, encodeCursor, NexusError, requireScope } from '../platform/index.ts';
import { type ItemRow, toItemSummary } from './item-rows.ts';
import type { ItemFilter, ItemOrder, ItemPage } from './library-contracts.ts';
import { matchingItems } from './matching-items.ts';

/** How an order reads and goes on: the key of a row as text, which keeps microseconds, and the comparison with the last one. */
interface Order {
  readonly by: RawBuilder<unknown>;
  readonly key: RawBuilder<string | null>;
  after(key: string, id: string): RawBuilder<unknown>;
}

const created = sql<string>`i.created_at::text`;
const duration = sql`coalesce(i.duration_seconds, -1)`;
const size = sql`coalesce(i.size_bytes, -1)`;

const ORDERS: Record<ItemOrder, Order> = {
  newest: {
    by: sql`i.created_at desc, i.id desc`,
    key: created,
    after: (key, id) => sql`(i.created_at, i.id) < (${key}::timestamptz, ${id}::uuid)`,
  },
  oldest: {
    by: sql`i.created_at, i.id`,
    key: created,
    after: (key, id) => sql`(i.created_at, i.id) > (${key}::timestamptz, ${id}::uuid)`,
  },
  title: {
    by: sql`lower(i.title), i.id`,
    key: sql`lower(i.title)`,
    after: (key, id) => sql`(lower(i.title), i.id) > (${key}, ${id}::uuid)`,
  },
  longest: {
    by: sql`${duration} desc, i.id desc`,
    key: sql`${duration}::text`,
    after: (key, id) => sql`(${duration}, i.id) < (${key}::float8, ${id}::uuid)`,
  },
  largest: {
    by: sql`${size} desc, i.id desc`,
    key: sql`${size}::text`,
    after: (key, id) => sql`(${size}, i.id) < (${key}::float8, ${id}::uuid)`,
  },
  changed: {
    by: sql`i.updated_at desc, i.id desc`,
    key: sql`i.updated_at::text`,
    after: (key, id) => sql`(i.updated_at, i.id) < (${key}::timestamptz, ${id}::uuid)`,
  },
};

const Position = z.tuple([z.string(), z.string(), z.guid()]);

/** A page of the library. The cursor names the last row's place in its order, so that rows which come or go move no page. */
export async function listItems(
  ctx: Context,
  input: ItemFilter & { sort?: ItemOrder; cursor?: string; limit?: number },
): Promise<ItemPage> {
  requireScope(ctx.actor, 'archive:read');
  const limit = Math.min(Math.max(input.limit ?? 50, 1), 200);
  const sort = input.sort ?? 'newest';
  const after = input.cursor ? afterCursor(sort, input.cursor) : sql``;

  const { rows } = await ctx.db.transaction().execute((tx) =>
    sql<ItemRow & { sort_key: string }>`
      select i.*, ${ORDERS[sort].key} as sort_key from items i
      where i.org_id = ${ctx.orgId} ${matchingItems(input)} ${after}
      order by ${ORDERS[sort].by} limit ${limit + 1}
    `.execute(tx),
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: await Promise.all(page.map((row) => toItemSummary(row, ctx.storage))),
    nextCursor: rows.length > limit && last ? encodeCursor([sort, last.sort_key, last.id]) : null,
  };
}

function afterCursor(sort: ItemOrder, cursor: string): RawBuilder<unknown> {
  const [order, key, id] = decodeCursor(cursor, Position);
  const isReadable = {
    newest: isTime,
    oldest: isTime,
    changed: isTime,
    longest: isNumber,
    largest: isNumber,
    title: () => true,
  }[sort];
  if (order === sort && isReadable(key)) return sql`and ${ORDERS[sort].after(key, id)}`;
  const detail = 'This cursor is of another order. Start again without one.';
  throw new NexusError('invalid-input', detail, { fields: { cursor: [detail] } });
}

const isTime = (text: string): boolean => /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?$/.test(text);
const isNumber = (text: string): boolean => Number.isFinite(Number(text));
