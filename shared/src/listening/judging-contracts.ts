import { z } from 'zod';

export const Intent = z.enum(['question', 'complaint', 'comparison', 'praise', 'buying-signal', 'news', 'noise']);
export type Intent = z.infer<typeof Intent>;

/** Words of the organisation's own archive that a suggested reply draws on. */
export const ReplyCitation = z.object({
  itemId: z.uuid(),
  title: z.string(),
  quote: z.string(),
  startSeconds: z.number().nullable(),
});
export type ReplyCitation = z.infer<typeof ReplyCitation>;

export const SuggestedReply = z.object({ text: z.string(), citations: z.array(ReplyCitation) });
export type SuggestedReply = z.infer<typeof SuggestedReply>;

/** What a post means for a campaign. */
export const Analysis = z.object({
  postId: z.uuid(),
  campaignId: z.uuid(),
  /** scored: in a batch with others; read: alone, with its conversation. */
  depth: z.enum(['scored', 'read']),
  /** 0 to 100. */
  relevance: z.int().min(0).max(100),
  reason: z.string(),
  intent: Intent,
  /** −1 to 1. */
  sentiment: z.number().min(-1).max(1),
  /** 0 to 100. */
  urgency: z.int().min(0).max(100),
  /** Until when an answer is worth something. */
  deadline: z.iso.datetime().nullable(),
  insight: z.string().nullable(),
  /** Copied from the post letter by letter. */
  evidence: z.array(z.string()),
  replies: z.array(SuggestedReply),
  /** The campaign's compared names that it speaks of. */
  names: z.array(z.string()),
  /** `offline`, or `adapter:model`. */
  judgedBy: z.string(),
  judgedAt: z.iso.datetime(),
  /** Null when nobody gave one. */
  thumb: z.union([z.literal(1), z.literal(-1)]).nullable(),
});
export type Analysis = z.infer<typeof Analysis>;
