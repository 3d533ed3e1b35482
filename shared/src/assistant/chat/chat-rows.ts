import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { type Context, type DB, NexusError, type Tx } from '../../platform/index.ts';
import { OFFLINE_MODEL } from '../models/offline.ts';
import { ChatMessage, ChatProblem, ChatScope, type ChatSummary, Citation } from './chat-contracts.ts';

/** A process that has given no sign for so long is gone: what it was writing counts as stopped. */
export const GONE_AFTER = '30 seconds';

type ChatRow = Selectable<DB['chats']> & { owner_name?: string | null };
type MessageRow = Selectable<DB['messages']>;
type CitationRow = Selectable<DB['citations']>;

export function toChatSummary(row: ChatRow, ctx: Pick<Context, 'actor'>): ChatSummary {
  const isOwn = row.user_id === ctx.actor.userId;
  return {
    id: row.id,
    title: row.title,
    scope: ChatScope.parse(row.scope),
    shared: row.shared,
    isOwn,
    ownerName: isOwn ? null : (row.owner_name ?? null),
    createdAt: row.created_at.toISOString(),
    askedAt: row.asked_at.toISOString(),
  };
}

export function toChatMessage(row: MessageRow, citations: readonly CitationRow[] = []): ChatMessage {
  return ChatMessage.parse({
    id: row.id,
    position: row.position,
    version: row.version,
    role: row.role,
    text: row.text,
    state: row.state,
    model: row.model,
    isOffline: row.model === OFFLINE_MODEL,
    isFound: row.is_found,
    queries: row.queries,
    passageCount: row.passage_count,
    citations: citations.map(toCitation),
    unbacked: row.unbacked,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: row.cost_usd === null ? null : Number(row.cost_usd),
    warning: row.warning,
    problem: row.problem === null ? null : ChatProblem.parse(row.problem),
    createdAt: row.created_at.toISOString(),
  });
}

function toCitation(row: CitationRow): Citation {
  return Citation.parse({
    n: row.n,
    itemId: row.item_id,
    title: row.title,
    kind: row.kind,
    passage: row.passage,
    quote: row.quote,
    speaker: row.speaker,
    startSeconds: row.start_seconds,
    paragraph: row.paragraph,
    checked: row.checked,
  });
}

/** A chat that the caller may read. `not-found` for all others. */
export async function readChat(tx: Tx, ctx: Pick<Context, 'orgId'>, chatId: string): Promise<ChatRow> {
  const row = await tx
    .selectFrom('chats')
    .leftJoin('members', (join) =>
      join.onRef('members.org_id', '=', 'chats.org_id').onRef('members.user_id', '=', 'chats.user_id'),
    )
    .selectAll('chats')
    .select(sql<string | null>`coalesce(members.display_name, members.email)`.as('owner_name'))
    .where('chats.org_id', '=', ctx.orgId)
    .where('chats.id', '=', chatId)
    .executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'There is no such chat, or it is not shared any more.');
  return row;
}

/** A chat of the caller's own, held until the transaction ends. `forbidden` for one that others share. */
export async function holdOwnChat(tx: Tx, ctx: Pick<Context, 'orgId' | 'actor'>, chatId: string): Promise<ChatRow> {
  const row = await readChat(tx, ctx, chatId);
  if (row.user_id !== ctx.actor.userId) {
    throw new NexusError('forbidden', 'Only whoever began this chat can change it. Ask in a chat of your own.');
  }
  await tx.selectFrom('chats').select('id').where('id', '=', chatId).forUpdate().execute();
  return row;
}

/** What a process left half written when it ended counts as stopped from now on. */
export async function stopAbandoned(tx: Tx, chatId: string): Promise<void> {
  await tx
    .updateTable('messages')
    .set({ state: 'stopped' })
    .where('chat_id', '=', chatId)
    .where('state', '=', 'streaming')
    .where(sql<boolean>`alive_at < clock_timestamp() - ${GONE_AFTER}::interval`)
    .execute();
}
