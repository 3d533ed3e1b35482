import { sql } from 'kysely';
import { type Context, NexusError, type Tx } from '../../platform/index.ts';
import type { Turn } from '../prompts/chat.v1.ts';
import type { AskChat, ChatMessage, ChatScope, ChatSummary } from './chat-contracts.ts';
import { holdOwnChat, stopAbandoned, toChatMessage, toChatSummary } from './chat-rows.ts';

/** A question that is stored, with the place where its answer goes. */
export interface BegunAnswer {
  readonly chat: ChatSummary;
  readonly question: ChatMessage;
  readonly messageId: string;
  /** What was said before, newest last. */
  readonly history: readonly Turn[];
  readonly scope: ChatScope;
}

const TITLE_CHARACTERS = 80;

/** Stores a question, in a new chat when none is named. `conflict` while the answer before is still being written. */
export async function beginAnswer(ctx: Context, { question, chatId, scope }: AskChat): Promise<BegunAnswer> {
  return ctx.db.transaction().execute(async (tx) => {
    const title = titleOf(question);
    const chat =
      chatId === undefined
        ? await tx
            .insertInto('chats')
            .values({ org_id: ctx.orgId, user_id: requireUser(ctx), title, scope: JSON.stringify(scope ?? {}) })
            .returningAll()
            .executeTakeFirstOrThrow()
        : await holdOwnChat(tx, ctx, chatId);
    const before = await readTurns(tx, chat.id);
    const position = (before.at(-1)?.position ?? 0) + 1;
    const asked = await tx
      .insertInto('messages')
      .values({ org_id: ctx.orgId, chat_id: chat.id, position, role: 'user', text: question })
      .returningAll()
      .executeTakeFirstOrThrow();
    const messageId = await insertAnswer(tx, ctx, { chatId: chat.id, position: position + 1, version: 1 });
    const stored = await tx
      .updateTable('chats')
      .set({
        asked_at: sql`date_trunc('milliseconds', clock_timestamp())`,
        ...(before.length === 0 && !chat.title_given ? { title } : {}),
      })
      .where('id', '=', chat.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const summary = toChatSummary(stored, ctx);
    return {
      chat: summary,
      question: toChatMessage(asked),
      messageId,
      history: historyOf(before),
      scope: summary.scope,
    };
  });
}

/** Makes room for another answer to the last question. What was answered before stays as an earlier version. */
export async function beginAnotherAnswer(ctx: Context, { chatId }: { chatId: string }): Promise<BegunAnswer> {
  return ctx.db.transaction().execute(async (tx) => {
    const chat = await holdOwnChat(tx, ctx, chatId);
    const turns = await readTurns(tx, chatId);
    const asked = turns.findLast(({ role }) => role === 'user');
    if (!asked) throw new NexusError('conflict', 'Nothing has been asked in this chat yet.');
    const answers = turns.filter(({ position }) => position === asked.position + 1);
    const messageId = await insertAnswer(tx, ctx, {
      chatId,
      position: asked.position + 1,
      version: Math.max(0, ...answers.map(({ version }) => version)) + 1,
    });
    const summary = toChatSummary(chat, ctx);
    const history = historyOf(turns.filter(({ position }) => position < asked.position));
    return { chat: summary, question: toChatMessage(asked), messageId, history, scope: summary.scope };
  });
}

async function readTurns(tx: Tx, chatId: string) {
  await stopAbandoned(tx, chatId);
  const rows = await tx
    .selectFrom('messages')
    .selectAll()
    .where('chat_id', '=', chatId)
    .orderBy('position')
    .orderBy('version')
    .execute();
  if (rows.some(({ state }) => state === 'streaming')) {
    throw new NexusError('conflict', 'The answer before is still being written. Wait for it, or stop it.', {
      retryAfterSeconds: 5,
    });
  }
  return rows;
}

async function insertAnswer(
  tx: Tx,
  ctx: Context,
  { chatId, ...place }: { chatId: string; position: number; version: number },
): Promise<string> {
  const { id } = await tx
    .insertInto('messages')
    .values({ org_id: ctx.orgId, chat_id: chatId, ...place, role: 'assistant', state: 'streaming' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** The newest version of each answer; what failed without a word is left out. */
function historyOf(turns: Awaited<ReturnType<typeof readTurns>>): Turn[] {
  const newest = new Map(turns.map((turn) => [turn.position, turn]));
  return [...newest.values()]
    .filter(({ text }) => text !== '')
    .map(({ role, text }) => ({ role: role === 'user' ? 'user' : 'assistant', text }));
}

/** A chat belongs to a person; the worker has none. */
export function requireUser({ actor }: Pick<Context, 'actor'>): string {
  if (actor.userId) return actor.userId;
  throw new NexusError('forbidden', 'A chat belongs to a member of the organisation.');
}

/** The first line, cut at a word. */
export function titleOf(question: string): string {
  const line = question.trim().split('\n')[0]!.replace(/\s+/g, ' ').trim();
  if (line.length <= TITLE_CHARACTERS) return line;
  const cut = line.slice(0, TITLE_CHARACTERS);
  return `${cut.slice(0, cut.lastIndexOf(' ') > TITLE_CHARACTERS / 2 ? cut.lastIndexOf(' ') : undefined).toWellFormed()}…`;
}
