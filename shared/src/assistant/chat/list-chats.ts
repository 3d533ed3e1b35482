import { sql } from 'kysely';
import { z } from 'zod';
import { type Context, decodeCursor, PageQuery, pageOf, requireScope } from '../../platform/index.ts';
import type { ChatSummary } from './chat-contracts.ts';
import { toChatSummary } from './chat-rows.ts';

export const ChatFilter = PageQuery.extend({
  q: z.string().trim().max(200).optional().describe('Words in the title or in anything said'),
  which: z.enum(['own', 'shared']).default('own').describe('Shared: what others of the organisation show'),
});
export type ChatFilter = z.infer<typeof ChatFilter>;

const Position = z.tuple([z.iso.datetime(), z.guid()]);

/** The caller's chats, or those that others share, the one asked last first. */
export async function listChats(
  ctx: Context,
  { q, which, cursor, limit }: ChatFilter,
): Promise<{ chats: ChatSummary[]; nextCursor: string | null }> {
  requireScope(ctx.actor, 'assistant:read');
  const after = cursor === undefined ? null : decodeCursor(cursor, Position);
  const words = (q ?? '').split(/\s+/).filter((word) => word !== '');

  const found = await ctx.db.transaction().execute((tx) => {
    let query = tx
      .selectFrom('chats')
      .leftJoin('members', (join) =>
        join.onRef('members.org_id', '=', 'chats.org_id').onRef('members.user_id', '=', 'chats.user_id'),
      )
      .selectAll('chats')
      .select(sql<string | null>`coalesce(members.display_name, members.email)`.as('owner_name'))
      .where('chats.org_id', '=', ctx.orgId)
      .where('chats.user_id', which === 'own' ? '=' : '<>', ctx.actor.userId ?? '')
      .orderBy('chats.asked_at', 'desc')
      .orderBy('chats.id', 'desc')
      .limit(limit + 1);
    for (const word of words) {
      const pattern = `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
      query = query.where(
        sql<boolean>`(chats.title ilike ${pattern}
          or exists (select from messages m where m.chat_id = chats.id and m.text ilike ${pattern}))`,
      );
    }
    if (after)
      query = query.where(sql<boolean>`(chats.asked_at, chats.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`);
    return query.execute();
  });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.asked_at.toISOString(), row.id]);
  return { chats: rows.map((row) => toChatSummary(row, ctx)), nextCursor };
}
