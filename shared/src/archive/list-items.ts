import { sql } from 'kysely';
import { z } from 'zod';
import { type Context, NexusError, requireScope } from '../platform/index.ts';
import type { ItemFilter, ItemSummary } from './contracts.ts';
import { toItemSummary } from './item-rows.ts';

const Position = z.object({ at: z.iso.datetime(), id: z.guid() });

export interface ItemPage {
  items: ItemSummary[];
  nextCursor: string | null;
}

/** Newest first. The cursor is the last row's time and id. */
export async function listItems(
  ctx: Context,
  input: ItemFilter & { cursor?: string; limit?: number },
): Promise<ItemPage> {
  requireScope(ctx.actor, 'archive:read');
  const limit = Math.min(Math.max(input.limit ?? 50, 1), 200);

  const rows = await ctx.db.transaction().execute(async (tx) => {
    let query = tx
      .selectFrom('items')
      .selectAll()
      .where('org_id', '=', ctx.orgId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1);
    if (input.status) query = query.where('status', '=', input.status);
    if (input.kind) query = query.where('kind', '=', input.kind);
    if (input.q) {
      const pattern = `%${input.q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
      query = query.where((eb) => eb.or([eb('title', 'ilike', pattern), eb('original_name', 'ilike', pattern)]));
    }
    if (input.cursor) {
      const after = parseCursor(input.cursor);
      query = query.where(sql<boolean>`(created_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
    }

    return query.execute();
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: await Promise.all(page.map((row) => toItemSummary(row, ctx.storage))),
    nextCursor: rows.length > limit && last ? `${last.created_at.toISOString()}_${last.id}` : null,
  };
}

function parseCursor(cursor: string): { at: string; id: string } {
  const [at = '', id] = cursor.split('_');
  const position = Position.safeParse({ at, id });
  if (!position.success)
    throw new NexusError('invalid-input', 'This cursor is not one of ours.', {
      fields: { cursor: ['Unknown cursor'] },
    });
  return position.data;
}
