import { type Context, requireScope } from '../../platform/index.ts';
import { holdOwnChat } from './chat-rows.ts';

/** Ends the answer under way, in whatever process; what is written of it stays. Again, or when none is: nothing happens. */
export async function stopAnswer(ctx: Context, { chatId }: { chatId: string }): Promise<void> {
  requireScope(ctx.actor, 'assistant:write');

  await ctx.db.transaction().execute(async (tx) => {
    await holdOwnChat(tx, ctx, chatId);
    await tx
      .updateTable('messages')
      .set({ state: 'stopped' })
      .where('chat_id', '=', chatId)
      .where('state', '=', 'streaming')
      .execute();
  });
}
