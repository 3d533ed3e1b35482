import { type Context, requireScope } from '../../platform/index.ts';
import type { ChatSummary } from './chat-contracts.ts';
import { holdOwnChat, toChatSummary } from './chat-rows.ts';

/** Lets everybody in the organisation read a chat. Nobody else can ask in it. */
export function shareChat(ctx: Context, { chatId }: { chatId: string }): Promise<ChatSummary> {
  return setShared(ctx, chatId, true);
}

/** Takes a chat back: from now on only its owner reads it. */
export function unshareChat(ctx: Context, { chatId }: { chatId: string }): Promise<ChatSummary> {
  return setShared(ctx, chatId, false);
}

async function setShared(ctx: Context, chatId: string, shared: boolean): Promise<ChatSummary> {
  requireScope(ctx.actor, 'assistant:write');

  return ctx.db.transaction().execute(async (tx) => {
    await holdOwnChat(tx, ctx, chatId);
    const row = await tx
      .updateTable('chats')
      .set({ shared })
      .where('id', '=', chatId)
      .returningAll()
      .executeTakeFirstOrThrow();
    return toChatSummary(row, ctx);
  });
}
