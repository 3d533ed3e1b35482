import { type Context, isProblem, NexusError } from '../../platform/index.ts';
import type { Embedder } from '../embedder.ts';
import type { Model } from '../model.ts';
import { answerPrompt, CHAT_PROMPT_CHARACTERS, type Turn } from '../prompts/chat.v1.ts';
import type { AnswerDraft } from './answer-draft.ts';
import { answerOffline } from './answer-offline.ts';
import { answerReader } from './answer-reader.ts';
import type { ChatEvent, ChatScope } from './chat-contracts.ts';
import type { ChatModel } from './chat-models.ts';
import { phrasesFor } from './fixed-phrases.ts';
import { gatherPassages } from './gather-passages.ts';
import { renderPassages } from './plain-passage.ts';
import { planSearches, searchesByWords } from './plan-searches.ts';

/** However much a model would take: twenty passages' worth. More costs time and money and seldom answers better. */
const MOST_CHARACTERS = 24_000;
/** Without a model reading costs nothing, and ten passages are enough to choose sentences from. */
const OFFLINE_CHARACTERS = 12_000;
const ANSWER_TOKENS = 4_000;
/** A model that does not stop by itself is stopped: no answer from passages is this long. */
const LONGEST_ANSWER = 40_000;

export interface Asked {
  readonly question: string;
  /** Newest last. */
  readonly history: readonly Turn[];
  readonly scope: ChatScope;
  readonly embedder: Embedder | null;
  readonly signal: AbortSignal;
}

type AnswerContext = Pick<Context, 'orgId' | 'actor' | 'db' | 'log'>;

/**
 * Searches, reads and answers by the first model that does. One that fails before its first word is passed over and named in a
 * warning; when none is left its problem is thrown. What was written when a model broke off stays in the draft.
 */
export async function* writeAnswer(
  ctx: AnswerContext,
  draft: AnswerDraft,
  models: readonly ChatModel[],
  asked: Asked,
): AsyncGenerator<ChatEvent> {
  for (const [index, { label, model }] of models.entries()) {
    try {
      if (model) return yield* answerByModel(ctx, draft, model, asked);
      yield* readArchive(ctx, draft, searchesByWords(asked.question, asked.history), OFFLINE_CHARACTERS, asked);
      return yield* answerOffline(draft, asked.question);
    } catch (error) {
      const isOver = asked.signal.aborted || draft.text !== '' || index === models.length - 1;
      if (!isProblem(error) || isOver) throw error;
      draft.warning = `${label} was not used: ${error.detail}`;
    }
  }
}

async function* answerByModel(
  ctx: AnswerContext,
  draft: AnswerDraft,
  model: Model,
  asked: Asked,
): AsyncGenerator<ChatEvent> {
  const { question, signal } = asked;
  draft.model = model.id;
  const history = shortened(asked.history);
  if (draft.queries.length === 0) {
    yield { type: 'status', status: 'planning', queries: [] };
    const plan = await planSearches(model, { question, history, signal, log: ctx.log });
    draft.spend(plan.usage, model.price);
    draft.queries = plan.queries;
  }
  const said = question.length + history.reduce((sum, { text }) => sum + text.length, 0);
  const room = Math.max(1_000, Math.min(MOST_CHARACTERS, model.inputCharacters - CHAT_PROMPT_CHARACTERS - said));
  yield* readArchive(ctx, draft, draft.queries, room, asked);
  if (draft.passages.length === 0) {
    draft.isFound = false;
    return yield* draft.write(phrasesFor(question).absent);
  }

  yield { type: 'status', status: 'writing', queries: [] };
  const { system, user } = answerPrompt({ question, history, passages: renderPassages(draft.passages) });
  const reader = answerReader();
  // No tools: text from the archive is about to enter.
  const stream = model.stream({
    system,
    messages: [{ role: 'user', text: user }],
    maxOutputTokens: ANSWER_TOKENS,
    signal,
  });
  for await (const event of stream) {
    if (event.type === 'text') for (const piece of reader.push(event.text)) yield* draft.take(piece);
    if (event.type === 'end') {
      draft.spend(event.usage, model.price);
      if (event.finish === 'length')
        draft.warning = `${model.label} stopped at its longest answer. Ask for less at once.`;
      if (event.finish === 'refused')
        throw new NexusError('upstream-refused', `${model.label} declined to answer this.`);
    }
    if (draft.text.length > LONGEST_ANSWER) {
      draft.warning = `${model.label} did not come to an end and was stopped.`;
      break;
    }
  }
  for (const piece of reader.end()) yield* draft.take(piece);
  if (draft.text === '')
    throw new NexusError(
      'upstream-refused',
      `${model.label} gave an empty answer. Try again, or choose another model.`,
    );
  draft.isFound = !draft.saysOnlyAbsence;
}

/** Searches once per answer: a second model reads what was found for the first. */
async function* readArchive(
  ctx: AnswerContext,
  draft: AnswerDraft,
  queries: readonly string[],
  characters: number,
  { scope, embedder, signal }: Asked,
): AsyncGenerator<ChatEvent> {
  draft.queries = queries;
  yield { type: 'status', status: 'searching', queries: [...queries] };
  const { passages, warning } = await gatherPassages(ctx, { queries, scope, characters }, { embedder });
  signal.throwIfAborted();
  draft.passages = passages;
  draft.warning ??= warning;
  const items = new Map(passages.map(({ itemId, title }) => [itemId, { itemId, title }]));
  yield { type: 'passages', count: passages.length, items: [...items.values()] };
}

const TURNS = 6;
const TURN_CHARACTERS = 1_000;

/** The last turns, without marks: a number in them would name a passage of this question. */
function shortened(history: readonly Turn[]): Turn[] {
  return history
    .slice(-TURNS)
    .map(({ role, text }) => ({ role, text: text.replace(/\s*\[\d{1,3}\]/g, '').slice(0, TURN_CHARACTERS) }));
}
