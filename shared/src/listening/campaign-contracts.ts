import { z } from 'zod';
import { TimeZone } from '../platform/time-zone.ts';
import { Network } from './post-contracts.ts';

const Words = z.array(z.string().trim().min(1).max(200)).max(100).default([]);

/** What is searched. Any of keywords, phrases, hashtags, mentions and authors finds a post; the rest narrows. */
export const CampaignQuery = z.strictObject({
  /** Each finds posts that hold all of its words, in any order. */
  keywords: Words,
  /** Found word for word, in this order. */
  phrases: Words,
  /** Without the sign. */
  hashtags: Words,
  /** Handles without the sign. */
  mentions: Words,
  /** Handles whose every post is read. */
  follow: Words,
  /** Handles whose posts never count. */
  mute: Words,
  /** A post with one of these words or phrases does not count. */
  exclude: Words,
  /** A post matched by one of these regular expressions does not count. Tried in a time limit of their own. */
  excludePatterns: z.array(z.string().min(1).max(500)).max(20).default([]),
  /** BCP 47; empty: all. */
  languages: z
    .array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/))
    .max(20)
    .default([]),
  minLikes: z.int().min(0).max(1e9).default(0),
  minReplies: z.int().min(0).max(1e9).default(0),
  minReposts: z.int().min(0).max(1e9).default(0),
  withReposts: z.boolean().default(false),
});
export type CampaignQuery = z.infer<typeof CampaignQuery>;

/** For the judging, in plain words. */
export const CampaignBrief = z.strictObject({
  /** What the organisation is and offers. */
  about: z.string().trim().max(4000).default(''),
  /** Which posts are worth its time. */
  seeks: z.string().trim().max(4000).default(''),
  /** How it speaks. */
  voice: z.string().trim().max(4000).default(''),
  /** Handles that are its own: their replies count as ours. */
  ownHandles: Words,
  /** Whose share of voice is compared: its own name and others'. */
  names: z.array(z.string().trim().min(1).max(80)).max(12).default([]),
});
export type CampaignBrief = z.infer<typeof CampaignBrief>;

export const CampaignSource = z.strictObject({
  /** Id of a source in the catalogue. */
  source: z.string().min(1).max(40),
  /** The connection with its keys, for sources that need one. */
  credentialId: z.uuid().nullable().default(null),
  settings: z.record(z.string(), z.unknown()).default({}),
});
export type CampaignSource = z.infer<typeof CampaignSource>;

const Name = z.string().trim().min(1).max(120);
const Cron = z.string().trim().max(120).nullable().describe('A cron expression, five fields; null: only when told');
const MaxPosts = z.int().min(1).max(100_000).describe('The most posts a run reads');
const MaxCostUsd = z.number().min(0).max(100_000).nullable().describe('The most a run may cost, in US dollars');
const Threshold = z.int().min(0).max(100).describe('Relevance from which a post is an opportunity');

export const NewCampaign = z.strictObject({
  name: Name,
  query: CampaignQuery,
  brief: CampaignBrief.prefault({}),
  sources: z.array(CampaignSource).min(1).max(10),
  cron: Cron.default(null),
  timeZone: TimeZone.default('UTC'),
  maxPosts: MaxPosts.default(500),
  maxCostUsd: MaxCostUsd.default(null),
  threshold: Threshold.default(60),
});
export type NewCampaign = z.infer<typeof NewCampaign>;

export const CampaignChange = z.strictObject({
  name: Name.optional(),
  query: CampaignQuery.optional(),
  brief: CampaignBrief.optional(),
  sources: z.array(CampaignSource).min(1).max(10).optional(),
  cron: Cron.optional(),
  timeZone: TimeZone.optional(),
  isPaused: z.boolean().optional(),
  maxPosts: MaxPosts.optional(),
  maxCostUsd: MaxCostUsd.optional(),
  threshold: Threshold.optional(),
});
export type CampaignChange = z.infer<typeof CampaignChange>;

/** Changes come on `org:<orgId>:listening` as campaign.created, campaign.changed, campaign.deleted. */
export const Campaign = z.object({
  id: z.uuid(),
  name: z.string(),
  query: CampaignQuery,
  brief: CampaignBrief,
  sources: z.array(CampaignSource),
  cron: z.string().nullable(),
  timeZone: z.string(),
  isPaused: z.boolean(),
  maxPosts: z.int(),
  maxCostUsd: z.number().nullable(),
  threshold: z.int(),
  nextRunAt: z.iso.datetime().nullable(),
  /** When a scheduled run was last left out because the one before it was still under way. */
  skippedAt: z.iso.datetime().nullable(),
  /** The run under way, else the last one. */
  lastRun: z
    .object({
      id: z.uuid(),
      state: z.string(),
      endReason: z.string().nullable(),
      startedAt: z.iso.datetime().nullable(),
      finishedAt: z.iso.datetime().nullable(),
    })
    .nullable(),
  /** Opportunities in state new. */
  openCount: z.int(),
  createdAt: z.iso.datetime(),
});
export type Campaign = z.infer<typeof Campaign>;

const Counted = z.object({ label: z.string(), count: z.int() });

/** What a campaign's charts are drawn from. Days are those of its time zone, `YYYY-MM-DD`, none left out. */
export const CampaignStats = z.object({
  days: z.array(z.object({ day: z.iso.date(), found: z.int(), relevant: z.int() })),
  networks: z.array(z.object({ label: Network, count: z.int() })),
  intents: z.array(Counted),
  /** Posts whose sentiment is below −0.2, above 0.2, and in between. */
  sentiment: z.object({ negative: z.int(), neutral: z.int(), positive: z.int() }),
  /** Posts that speak of each compared name. */
  shareOfVoice: z.array(Counted),
  /** How well scores agreed with thumbs; an agreement is a thumb up at or above the threshold, or down below it. */
  agreement: z.object({
    thumbs: z.int(),
    agreed: z.int(),
    meanUp: z.number().nullable(),
    meanDown: z.number().nullable(),
  }),
  /** Of all matches: dropped by rules, by rule. */
  dropped: z.array(Counted),
  matched: z.int(),
  costUsd: z.number(),
});
export type CampaignStats = z.infer<typeof CampaignStats>;
