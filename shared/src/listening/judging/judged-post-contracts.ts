import { z } from 'zod';
import { PageQuery } from '../../platform/cursor.ts';
import { Analysis, Intent } from '../judging-contracts.ts';
import { Post } from '../post-contracts.ts';

export const NewThumb = z.strictObject({
  thumb: z.union([z.literal(1), z.literal(-1)]).describe('1: more like this; −1: not what is looked for'),
  note: z.string().trim().max(500).nullish().describe('Why, in a few words: the next judging reads it'),
});
export type NewThumb = z.infer<typeof NewThumb>;

export const Thumb = z.object({
  campaignId: z.uuid(),
  postId: z.uuid(),
  thumb: z.union([z.literal(1), z.literal(-1)]),
  note: z.string().nullable(),
  relevanceThen: z.int().nullable().describe('Its score when the thumb was given; null when it had none'),
  createdAt: z.iso.datetime(),
});
export type Thumb = z.infer<typeof Thumb>;

/** found: still to be judged; dropped: put aside by rules; scored, read: judged so far. */
export const MatchState = z.enum(['found', 'dropped', 'scored', 'read']);
export type MatchState = z.infer<typeof MatchState>;

/** A post a campaign met, with what became of it. */
export const CampaignPost = z.object({
  post: Post,
  source: z.string(),
  state: MatchState,
  /** Why rules put it aside, and the words they saw. */
  dropped: z.object({ rule: z.string(), words: z.array(z.string()) }).nullable(),
  analysis: Analysis.nullable(),
  foundAt: z.iso.datetime(),
});
export type CampaignPost = z.infer<typeof CampaignPost>;

const Relevance = z.coerce.number().int().min(0).max(100);

export const CampaignPostsQuery = PageQuery.extend({
  state: MatchState.optional(),
  intent: Intent.optional(),
  minRelevance: Relevance.optional(),
  maxRelevance: Relevance.optional(),
  thumb: z.enum(['up', 'down']).optional(),
  sort: z.enum(['newest', 'relevance']).default('newest').describe('By when it was found, or by its score'),
});
export type CampaignPostsQuery = z.infer<typeof CampaignPostsQuery>;

export const CampaignPostPage = z.object({ posts: z.array(CampaignPost), nextCursor: z.string().nullable() });
export type CampaignPostPage = z.infer<typeof CampaignPostPage>;

export const CampaignStatsQuery = z.object({
  days: z.coerce.number().int().min(1).max(90).default(30).describe('How many days the chart has'),
});
export type CampaignStatsQuery = z.infer<typeof CampaignStatsQuery>;
