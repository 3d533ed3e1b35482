import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import { readChat } from './chat-rows.ts';

/** Removes a chat of the caller's own with all that was said in it. An answer under way ends. */
export async function deleteChat(ctx: Context, { chatId }: { chatId: string }): Promise<void> {
  requireScope(ctx.actor, 'assistant:write');

  await ctx.db.transaction().execute(async (tx) => {
    const chat = await readChat(tx, ctx, chatId);
    if (chat.user_id !== ctx.actor.userId)
      throw new NexusError('forbidden', 'Only whoever began this chat can delete it.');
    await tx.deleteFrom('chats').where('id', '=', chatId).execute();
  });
}
