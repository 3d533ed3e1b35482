import { sql } from 'kysely';
import { z } from 'zod';
import { type Context, decodeCursor, pageOf, requireScope } from '../../platform/index.ts';
import type { Speaker } from './contracts.ts';
import { selectSpeakers, toSpeaker } from './speaker-rows.ts';

const Position = z.tuple([z.string(), z.uuid()]);

/** The organisation's people by name, with how many items they speak in and how long. `q` is a part of the name. */
export async function listSpeakers(
  ctx: Context,
  input: { q?: string; cursor?: string; limit: number },
): Promise<{ speakers: Speaker[]; nextCursor: string | null }> {
  requireScope(ctx.actor, 'archive:read');
  const after = input.cursor === undefined ? undefined : decodeCursor(input.cursor, Position);

  const rows = await ctx.db.transaction().execute((tx) => {
    let query = selectSpeakers(tx, ctx.orgId)
      .orderBy(sql`lower(s.name)`)
      .orderBy('s.id')
      .limit(input.limit + 1);
    if (input.q) query = query.where('s.name', 'ilike', `%${input.q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
    if (after) query = query.where(sql<boolean>`(lower(s.name), s.id) > (${after[0]}, ${after[1]}::uuid)`);
    return query.execute();
  });
  const page = pageOf(rows, input.limit, ({ name, id }) => [name.toLowerCase(), id]);
  return { speakers: page.rows.map(toSpeaker), nextCursor: page.nextCursor };
}
