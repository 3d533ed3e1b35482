import { sql } from 'kysely';
import { z } from 'zod';
import { type Context, decodeCursor, pageOf, requireScope } from '../../platform/index.ts';
import type { DeliveryPage, DeliveryQuery } from './delivery-contracts.ts';
import { deliveriesOf, toDelivery } from './delivery-rows.ts';

const Position = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?$/), z.guid()]);

/** The log of what was told where, the newest first. */
export async function listDeliveries(ctx: Context, query: DeliveryQuery): Promise<DeliveryPage> {
  requireScope(ctx.actor, 'listening:read');
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor, Position);

  const rows = await ctx.db.transaction().execute((tx) =>
    deliveriesOf(tx, ctx.orgId)
      .$if(query.target !== undefined, (found) => found.where('d.target_id', '=', query.target!))
      .$if(query.run !== undefined, (found) => found.where('d.run_id', '=', query.run!))
      .$if(query.state !== undefined, (found) => found.where('d.state', '=', query.state!))
      .$if(after !== null, (found) =>
        found.where(sql<boolean>`(d.created_at, d.id) < (${after![0]}::timestamptz, ${after![1]}::uuid)`),
      )
      .orderBy('d.created_at', 'desc')
      .orderBy('d.id', 'desc')
      .limit(query.limit + 1)
      .execute(),
  );
  const page = pageOf(rows, query.limit, (row) => [row.sort_key, row.id]);
  return { deliveries: page.rows.map(toDelivery), nextCursor: page.nextCursor };
}
