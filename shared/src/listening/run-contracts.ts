import { z } from 'zod';
import { CampaignBrief, CampaignQuery, CampaignSource } from './campaign-contracts.ts';
import { Post } from './post-contracts.ts';

export const RunStage = z.enum(['search', 'conversations', 'judge', 'opportunities', 'deliver']);
export type RunStage = z.infer<typeof RunStage>;

export const RunState = z.enum(['queued', 'running', 'waiting', 'done', 'failed', 'canceled']);
export type RunState = z.infer<typeof RunState>;

/**
 * Why a run, or its part with one source, ended. complete: all there was. limit, money-limit: more is there. stalled: the source
 * repeated itself or went empty. no-account: none was free in time. blocked: the network refuses. changed: it answers in an unknown
 * shape. A list is never passed off as whole unless it says complete.
 */
export const EndReason = z.enum([
  'complete',
  'limit',
  'money-limit',
  'stalled',
  'no-account',
  'blocked',
  'changed',
  'canceled',
  'failed',
]);
export type EndReason = z.infer<typeof EndReason>;

export const RunKind = z.enum(['full', 'preview', 'search', 'import']);
export type RunKind = z.infer<typeof RunKind>;

/** Everything a run does, as it was when the run began. Kept in `runs.spec`. */
export const RunSpec = z.object({
  query: CampaignQuery,
  brief: CampaignBrief,
  sources: z.array(CampaignSource),
  maxPosts: z.int(),
  maxCostUsd: z.number().nullable(),
  threshold: z.int(),
  /** Answers are kept as they came. */
  keepRaw: z.boolean().default(false),
  /** For X: Latest, Top, People or Media. */
  product: z.string().optional(),
});
export type RunSpec = z.infer<typeof RunSpec>;

const n = z.int().nonnegative().default(0);

/** What each stage did so far. */
export const RunCounts = z.object({
  /** Search: pages asked, hits, of them new to the organisation, posts that came along as context. */
  pages: n,
  found: n,
  fresh: n,
  context: n,
  /** Conversations: to read, beyond the most a run reads, read, posts in them. */
  conversations: n,
  conversationsLeft: n,
  conversationsRead: n,
  conversationPosts: n,
  /** Judge: to judge, dropped by rules, scored, read in full, calls of a model. */
  toJudge: n,
  dropped: n,
  scored: n,
  read: n,
  modelCalls: n,
  /** Dropped, by the rule that did it. */
  droppedBy: z.record(z.string(), z.int()).default({}),
  opportunities: n,
  folded: n,
  /** Deliver: queued, delivered, failed. */
  deliveries: n,
  delivered: n,
  deliveriesFailed: n,
});
export type RunCounts = z.infer<typeof RunCounts>;

const Problem = z.object({ code: z.string(), detail: z.string() });

export const RunSource = z.object({
  source: z.string(),
  label: z.string(),
  state: z.enum(['waiting', 'searching', 'done', 'failed']),
  pages: z.int(),
  found: z.int(),
  endReason: EndReason.nullable(),
  problem: Problem.nullable(),
  waitUntil: z.iso.datetime().nullable(),
});
export type RunSource = z.infer<typeof RunSource>;

/** Changes come on `org:<orgId>:listening` as run.created, run.changed. */
export const Run = z.object({
  id: z.uuid(),
  campaignId: z.uuid().nullable(),
  campaignName: z.string().nullable(),
  kind: RunKind,
  trigger: z.enum(['manual', 'schedule']),
  state: RunState,
  stage: RunStage,
  counts: RunCounts,
  sources: z.array(RunSource),
  /** While it waits: for whom, until when, in words. */
  wait: z.object({ source: z.string(), until: z.iso.datetime(), detail: z.string() }).nullable(),
  endReason: EndReason.nullable(),
  /** Why it ended, in words; null when it is complete. */
  problem: Problem.nullable(),
  costUsd: z.number(),
  /** Cancel was asked for and is not through yet. */
  isCanceling: z.boolean(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});
export type Run = z.infer<typeof Run>;

/** A post of a run with what became of it. */
export const RunPost = z.object({
  post: Post,
  source: z.string(),
  /** Why rules put it aside, and the words they saw. */
  dropped: z.object({ rule: z.string(), words: z.array(z.string()) }).nullable(),
});
export type RunPost = z.infer<typeof RunPost>;

/** Starts a run: of a campaign, a small preview of one that may not be stored yet, or a one-off search. */
export const NewRun = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('full'), campaignId: z.uuid() }),
  z.strictObject({
    kind: z.literal('preview'),
    query: CampaignQuery,
    sources: z.array(CampaignSource).min(1).max(10),
    maxPosts: z.int().min(1).max(100).default(20),
  }),
  z.strictObject({
    kind: z.literal('search'),
    query: CampaignQuery,
    sources: z.array(CampaignSource).min(1).max(10),
    maxPosts: z.int().min(1).max(10_000).default(100),
    keepRaw: z.boolean().default(false),
    product: z.enum(['Latest', 'Top', 'People', 'Media']).optional(),
  }),
  z.strictObject({
    kind: z.literal('import'),
    campaignId: z.uuid(),
    path: z.string().max(1024).describe('Of a finished upload: JSON Lines, one post a line'),
  }),
]);
export type NewRun = z.infer<typeof NewRun>;

/** A post of a conversation at its place in the tree; children in the order of their time. */
export const ConversationPost = z.object({
  post: Post,
  /** Null for the first, and for answers to posts that cannot be seen: those stand below a gap. */
  parentId: z.uuid().nullable(),
  depth: z.int(),
  /** The post it quotes, when it is known. */
  quoted: Post.nullable(),
  /** The post it answers is not there: deleted, protected or never read. */
  isAfterGap: z.boolean(),
  isMatch: z.boolean(),
  isOurs: z.boolean(),
});
export type ConversationPost = z.infer<typeof ConversationPost>;

export const Conversation = z.object({
  id: z.uuid(),
  network: z.string(),
  externalId: z.string(),
  state: z.enum(['waiting', 'reading', 'complete', 'partial', 'failed']),
  problem: Problem.nullable(),
  readAt: z.iso.datetime().nullable(),
  /** The first post of the conversation cannot be seen. */
  isRootMissing: z.boolean(),
  postCount: z.int(),
  posts: z.array(ConversationPost),
  nextCursor: z.string().nullable(),
});
export type Conversation = z.infer<typeof Conversation>;
