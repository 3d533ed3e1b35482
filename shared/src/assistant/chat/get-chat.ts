import { type Context, requireScope } from '../../platform/index.ts';
import type { Chat } from './chat-contracts.ts';
import { readChat, stopAbandoned, toChatMessage, toChatSummary } from './chat-rows.ts';

/** A chat with all that was said in it: the caller's own, or one that is shared. */
export async function getChat(ctx: Context, { chatId }: { chatId: string }): Promise<Chat> {
  requireScope(ctx.actor, 'assistant:read');

  return ctx.db.transaction().execute(async (tx) => {
    const chat = await readChat(tx, ctx, chatId);
    if (chat.user_id === ctx.actor.userId) await stopAbandoned(tx, chatId);
    const messages = await tx
      .selectFrom('messages')
      .selectAll()
      .where('chat_id', '=', chatId)
      .orderBy('position')
      .orderBy('version')
      .execute();
    const ids = messages.map(({ id }) => id);
    const citations =
      ids.length === 0
        ? []
        : await tx.selectFrom('citations').selectAll().where('message_id', 'in', ids).orderBy('n').execute();
    const byMessage = Map.groupBy(citations, ({ message_id }) => message_id);
    return {
      ...toChatSummary(chat, ctx),
      messages: messages.map((message) => toChatMessage(message, byMessage.get(message.id))),
    };
  });
}
