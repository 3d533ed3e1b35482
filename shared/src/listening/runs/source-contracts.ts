import { z } from 'zod';
import { CampaignSource } from '../campaign-contracts.ts';

/** A source as somebody who makes a campaign sees it. */
export const SourceInfo = z.object({
  id: z.string(),
  label: z.string(),
  description: z.string(),
  /** Posts a page brings. */
  pageSize: z.int(),
  /** How far back it searches; null: all there is. */
  searchesBackDays: z.int().nullable(),
  /** 0 for free ones. */
  usdPerPost: z.number(),
  hasConversations: z.boolean(),
  /** JSON Schema of `settings` in a campaign. */
  settingsSchema: z.record(z.string(), z.unknown()),
  needsConnection: z.boolean(),
  connections: z.array(z.object({ id: z.uuid(), label: z.string() })),
  /** Of signed-in accounts it takes turns with; null for sources without. */
  accounts: z.object({ usable: z.int(), all: z.int() }).nullable(),
  /** changed: the network answers in an unknown shape, as a check found at checkedAt. */
  protocol: z
    .object({
      state: z.enum(['good', 'changed']),
      detail: z.string().nullable(),
      checkedAt: z.iso.datetime().nullable(),
    })
    .nullable(),
});
export type SourceInfo = z.infer<typeof SourceInfo>;

export const EstimateRequest = z.strictObject({
  sources: z.array(CampaignSource).min(1).max(10),
  maxPosts: z.int().min(1).max(100_000),
});
export type EstimateRequest = z.infer<typeof EstimateRequest>;

/** The most that posts and their conversations can cost, when all come from one source. Quoted posts and models come on top. */
export const RunEstimate = z.object({
  sources: z.array(z.object({ source: z.string(), label: z.string(), usdPerPost: z.number(), mostUsd: z.number() })),
  mostUsd: z.number(),
});
export type RunEstimate = z.infer<typeof RunEstimate>;

/** An answer of a source as it came. */
export const RawAnswer = z.object({
  id: z.uuid(),
  source: z.string(),
  operation: z.string(),
  reason: z.enum(['changed', 'asked']),
  body: z.string(),
  createdAt: z.iso.datetime(),
});
export type RawAnswer = z.infer<typeof RawAnswer>;
