import { type Context, isProblem, NexusError, requireScope } from '../../platform/index.ts';
import type { Embedder } from '../embedder.ts';
import { AnswerDraft } from './answer-draft.ts';
import { beginAnotherAnswer, beginAnswer, type BegunAnswer } from './begin-answer.ts';
import type { AskChat, ChatEvent, ChatMessage } from './chat-contracts.ts';
import type { ChatModel } from './chat-models.ts';
import { finishAnswer } from './finish-answer.ts';
import { keepAlive } from './keep-alive.ts';
import { writeAnswer } from './write-answer.ts';

export interface AnswerOptions {
  /** In the order to try; see `openChatModels`. */
  readonly models: readonly ChatModel[];
  readonly embedder: Embedder | null;
  /** Aborting keeps what is written so far, as stopped. */
  readonly signal?: AbortSignal;
  /** What went wrong before the first model was asked, in words for the user. */
  readonly warning?: string | null;
}

/**
 * Answers a question from the archive, piece by piece, each statement with the place it rests on. Before the first event the
 * question is stored; errors until then are thrown, later ones become a `problem`. The last event is `end`, with the answer as
 * it was stored. Whoever stops reading stops the answer.
 */
export async function* askChat(ctx: Context, input: AskChat, options: AnswerOptions): AsyncGenerator<ChatEvent> {
  requireScope(ctx.actor, 'assistant:write');
  yield* answer(ctx, await beginAnswer(ctx, input), options);
}

/** Answers a chat's last question anew; the answer before stays as an earlier version. */
export async function* regenerateAnswer(
  ctx: Context,
  input: { chatId: string },
  options: AnswerOptions,
): AsyncGenerator<ChatEvent> {
  requireScope(ctx.actor, 'assistant:write');
  yield* answer(ctx, await beginAnotherAnswer(ctx, input), options);
}

async function* answer(ctx: Context, begun: BegunAnswer, options: AnswerOptions): AsyncGenerator<ChatEvent> {
  const draft = new AnswerDraft();
  draft.warning = options.warning ?? null;
  let stored: ChatMessage | null = null;
  try {
    yield { type: 'start', chat: begun.chat, question: begun.question, messageId: begun.messageId };
    await using pulse = keepAlive(ctx, begun.messageId, () => draft.text);
    const signal = options.signal ? AbortSignal.any([options.signal, pulse.signal]) : pulse.signal;
    try {
      yield* writeAnswer(ctx, draft, options.models, {
        question: begun.question.text,
        history: begun.history,
        scope: begun.scope,
        embedder: options.embedder,
        signal,
      });
      draft.state = 'done';
    } catch (error) {
      if (signal.aborted) draft.state = 'stopped';
      else fail(ctx, draft, error);
    }
  } finally {
    // Still streaming: whoever read has gone.
    if (draft.state === 'streaming') draft.state = 'stopped';
    stored = await finishAnswer(ctx, begun.messageId, draft);
  }
  if (draft.model && draft.usage) {
    yield { type: 'usage', model: draft.model, ...draft.usage, costUsd: draft.costUsd };
  }
  if (draft.problem) yield { type: 'problem', problem: draft.problem };
  if (!stored) throw new NexusError('not-found', 'The chat was deleted while it was being answered.');
  yield { type: 'end', message: stored };
}

function fail(ctx: Context, draft: AnswerDraft, error: unknown): void {
  const problem = isProblem(error)
    ? error
    : new NexusError('internal', 'Something went wrong here. Try again; if it stays, tell the operator.', {
        cause: error,
      });
  ctx.log.set({ code: problem.code, detail: problem.detail, cause: String(problem.cause ?? '') });
  draft.state = 'failed';
  draft.problem = {
    code: problem.code,
    detail: problem.detail,
    ...(problem.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: problem.retryAfterSeconds }),
  };
}
