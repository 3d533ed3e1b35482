import { type Context, requireScope } from '../../platform/index.ts';
import { requireUser } from './begin-answer.ts';
import type { ChatSummary, NewChat } from './chat-contracts.ts';
import { toChatSummary } from './chat-rows.ts';

const UNTITLED = 'New chat';

/** Begins a chat in which nothing has been asked yet. Without a title its first question names it. */
export async function createChat(ctx: Context, { title, scope }: NewChat): Promise<ChatSummary> {
  requireScope(ctx.actor, 'assistant:write');

  return ctx.db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('chats')
      .values({
        org_id: ctx.orgId,
        user_id: requireUser(ctx),
        title: title ?? UNTITLED,
        title_given: title !== undefined,
        scope: JSON.stringify(scope),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toChatSummary(row, ctx);
  });
}
