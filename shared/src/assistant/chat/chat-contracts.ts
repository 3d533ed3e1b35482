import { z } from 'zod';
import { ItemKind } from '../../archive/contracts.ts';

const Time = z.iso.datetime();

/** Questions may quote at length; control characters but line ends and tabs are taken for spaces. */
const Question = z
  .string()
  .overwrite((text) => text.toWellFormed().replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' '))
  .trim()
  .min(1)
  .max(4_000);

const ChatTitle = z
  .string()
  .overwrite((text) =>
    text
      .toWellFormed()
      .replace(/[\u0000-\u001f\u007f]+/g, ' ')
      .trim(),
  )
  .min(1)
  .max(200);

/** What is asked: one item, a collection, items with every one of some tags, or with none of these the whole archive. */
export const ChatScope = z
  .strictObject({
    itemId: z.uuid().optional(),
    collectionId: z.uuid().optional(),
    tags: z.array(z.string().trim().min(1).max(60)).min(1).max(20).optional(),
  })
  .refine((scope) => Object.values(scope).filter((value) => value !== undefined).length <= 1, {
    message: 'Choose one of itemId, collectionId and tags',
  });
export type ChatScope = z.infer<typeof ChatScope>;

export const NewChat = z.strictObject({ title: ChatTitle.optional(), scope: ChatScope.default({}) });
export type NewChat = z.infer<typeof NewChat>;

export const ChatChange = z.strictObject({
  title: ChatTitle.optional(),
  shared: z.boolean().optional().describe('Everybody in the organisation may read it'),
});
export type ChatChange = z.infer<typeof ChatChange>;

/** Without a chat a new one begins, over the scope given. */
export const AskChat = z.strictObject({
  question: Question,
  chatId: z.uuid().optional(),
  scope: ChatScope.optional().describe('Of a new chat; one that is there keeps its own'),
});
export type AskChat = z.infer<typeof AskChat>;

export const ChatSummary = z.object({
  id: z.uuid(),
  title: z.string(),
  scope: ChatScope,
  shared: z.boolean(),
  isOwn: z.boolean().describe('Asked by the caller; others may only read'),
  ownerName: z.string().nullable().describe('Who asked, when it is somebody else'),
  createdAt: Time,
  askedAt: Time,
});
export type ChatSummary = z.infer<typeof ChatSummary>;

/** What `[n]` in an answer stands for. */
export const Citation = z.object({
  n: z.int(),
  itemId: z.uuid().nullable().describe('null once the item is deleted'),
  title: z.string(),
  kind: ItemKind,
  /** The passage as it was read. */
  passage: z.string(),
  /** Words of the passage, as they stand in it. */
  quote: z.string(),
  speaker: z.string().nullable(),
  /** Where the quote is said; null for documents. */
  startSeconds: z.number().nullable(),
  /** Position of the quote's paragraph among the item's segments; null for recordings. */
  paragraph: z.int().nullable(),
  checked: z
    .enum(['quote', 'statement'])
    .describe('What was found in the passage: the quoted words, or the statement’s'),
});
export type Citation = z.infer<typeof Citation>;

export const MessageState = z.enum(['streaming', 'done', 'stopped', 'failed']);
export type MessageState = z.infer<typeof MessageState>;

export const ChatProblem = z.object({
  code: z.string(),
  detail: z.string(),
  retryAfterSeconds: z.number().optional(),
});
export type ChatProblem = z.infer<typeof ChatProblem>;

export const ChatMessage = z.object({
  id: z.uuid(),
  position: z.int(),
  version: z.int().describe('Counts answers to the same question; the highest is the newest'),
  role: z.enum(['user', 'assistant']),
  text: z.string().describe('Markdown without links, images and HTML; [n] names a citation'),
  state: MessageState,
  model: z.string().nullable(),
  isOffline: z.boolean().describe('Sentences taken from the archive, without a language model'),
  isFound: z.boolean().nullable().describe('false: the archive does not hold it'),
  queries: z.array(z.string()),
  passageCount: z.int(),
  citations: z.array(Citation),
  unbacked: z.array(z.int()).describe('Where in text statements end that no passage backs, in UTF-16 units'),
  inputTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  costUsd: z.number().nullable().describe('null: the price is not known'),
  warning: z.string().nullable(),
  problem: ChatProblem.nullable(),
  createdAt: Time,
});
export type ChatMessage = z.infer<typeof ChatMessage>;

export const Chat = ChatSummary.extend({
  messages: z.array(ChatMessage).describe('In order; answers given anew follow each other'),
});
export type Chat = z.infer<typeof Chat>;

/** `data` of each server-sent event; `event` repeats the type. `end` comes exactly once, last. */
export const ChatEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), chat: ChatSummary, question: ChatMessage, messageId: z.uuid() }),
  z.object({
    type: z.literal('status'),
    status: z.enum(['planning', 'searching', 'writing']),
    queries: z.array(z.string()),
  }),
  z.object({
    type: z.literal('passages'),
    count: z.int(),
    items: z.array(z.object({ itemId: z.uuid(), title: z.string() })),
  }),
  z.object({ type: z.literal('citation'), citation: Citation }).describe('Before the text that names it'),
  z.object({ type: z.literal('text'), text: z.string() }).describe('The next piece of the answer'),
  z.object({
    type: z.literal('usage'),
    model: z.string(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    costUsd: z.number().nullable(),
  }),
  z.object({ type: z.literal('problem'), problem: ChatProblem }),
  z.object({ type: z.literal('end'), message: ChatMessage }),
]);
export type ChatEvent = z.infer<typeof ChatEvent>;
