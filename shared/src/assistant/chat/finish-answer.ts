import { sql } from 'kysely';
import type { Context } from '../../platform/index.ts';
import type { AnswerDraft } from './answer-draft.ts';
import type { ChatMessage } from './chat-contracts.ts';
import { toChatMessage } from './chat-rows.ts';

/** Stores an answer as it ended, with its citations and what it used. Null when its chat was deleted meanwhile. */
export async function finishAnswer(ctx: Context, messageId: string, draft: AnswerDraft): Promise<ChatMessage | null> {
  return ctx.db.transaction().execute(async (tx) => {
    const row = await tx
      .updateTable('messages')
      .set({
        text: draft.text,
        // A stop that came from outside stays one.
        state: sql`case when state = 'streaming' then ${draft.state} else state end`,
        model: draft.model,
        is_found: draft.isFound,
        queries: [...draft.queries],
        passage_count: draft.passages.length,
        unbacked: draft.isFound && draft.state !== 'failed' ? draft.unbacked() : [],
        input_tokens: draft.usage?.inputTokens ?? null,
        output_tokens: draft.usage?.outputTokens ?? null,
        cost_usd: draft.costUsd === null ? null : String(draft.costUsd),
        warning: draft.warning,
        problem: draft.problem && JSON.stringify(draft.problem),
      })
      .where('id', '=', messageId)
      .returningAll()
      .executeTakeFirst();
    if (!row) return null;
    const citations =
      draft.citations.length === 0
        ? []
        : await tx
            .insertInto('citations')
            .values(
              draft.citations.map((citation) => ({
                message_id: messageId,
                org_id: ctx.orgId,
                n: citation.n,
                // An item that was deleted while it was being read has no row to point to.
                item_id: sql<string | null>`(select i.id from items i where i.id = ${citation.itemId}::uuid)`,
                title: citation.title,
                kind: citation.kind,
                passage: citation.passage,
                quote: citation.quote,
                speaker: citation.speaker,
                start_seconds: citation.startSeconds,
                paragraph: citation.paragraph,
                checked: citation.checked,
              })),
            )
            .returningAll()
            .execute();
    await sql`select private.count_answer(${messageId}::uuid)`.execute(tx);
    return toChatMessage(row, citations);
  });
}
