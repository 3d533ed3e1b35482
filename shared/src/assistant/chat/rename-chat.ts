import { type Context, requireScope } from '../../platform/index.ts';
import type { ChatSummary } from './chat-contracts.ts';
import { holdOwnChat, toChatSummary } from './chat-rows.ts';

/** Gives a chat a title that stays. */
export async function renameChat(
  ctx: Context,
  { chatId, title }: { chatId: string; title: string },
): Promise<ChatSummary> {
  requireScope(ctx.actor, 'assistant:write');

  return ctx.db.transaction().execute(async (tx) => {
    await holdOwnChat(tx, ctx, chatId);
    const row = await tx
      .updateTable('chats')
      .set({ title, title_given: true })
      .where('id', '=', chatId)
      .returningAll()
      .executeTakeFirstOrThrow();
    return toChatSummary(row, ctx);
  });
}
