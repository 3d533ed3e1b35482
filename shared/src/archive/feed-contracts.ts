import { z } from 'zod';
import { TimeZone } from '../platform/time-zone.ts';
import { oneLine } from './storable-text.ts';

/** How often a feed is asked for something new. */
export const FeedInterval = z.enum(['hour', 'six-hours', 'day', 'week']);
export type FeedInterval = z.infer<typeof FeedInterval>;

const KeepLast = z.int().min(1).max(100).describe('How many entries back a check looks; older ones are never taken');
const FeedTitle = z.string().overwrite(oneLine).min(1).max(500);

export const NewFeed = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(4096)
    .describe('Of an RSS or Atom feed, or of a page that names its feed'),
  keepLast: KeepLast.default(5),
  interval: FeedInterval.default('hour'),
  /** In which a day begins; checks by day and week are made in the early morning. */
  timeZone: TimeZone.default('UTC'),
});
export type NewFeed = z.infer<typeof NewFeed>;

export const FeedChange = z.strictObject({
  title: FeedTitle.optional(),
  keepLast: KeepLast.optional(),
  interval: FeedInterval.optional(),
  timeZone: TimeZone.optional(),
  isPaused: z.boolean().optional(),
});
export type FeedChange = z.infer<typeof FeedChange>;

/** A feed and how its last check went. Changes come on `org:<orgId>:archive` as feed.created, feed.changed, feed.deleted. */
export const Feed = z.object({
  id: z.uuid(),
  url: z.string(),
  /** The feed's own name once it was read, or the one a person gave. */
  title: z.string().nullable(),
  siteUrl: z.string().nullable(),
  keepLast: z.int(),
  interval: FeedInterval,
  timeZone: z.string(),
  isPaused: z.boolean(),
  state: z.enum(['new', 'good', 'failed']),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
  checkedAt: z.iso.datetime().nullable(),
  nextCheckAt: z.iso.datetime(),
  /** Items that came from it and are still here. */
  itemCount: z.int(),
  /** When its newest known entry was published. */
  newestAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});
export type Feed = z.infer<typeof Feed>;

/** An entry that was taken. `itemId` is null when its item was deleted. */
export const FeedEpisode = z.object({
  title: z.string().nullable(),
  url: z.string(),
  publishedAt: z.iso.datetime().nullable(),
  itemId: z.uuid().nullable(),
});
export type FeedEpisode = z.infer<typeof FeedEpisode>;
