import { z } from 'zod';

/** Where posts live. A post is known by its network and the id it has there. */
export const NETWORKS = ['x', 'bluesky', 'mastodon', 'hackernews', 'reddit', 'rss'] as const;
export const Network = z.enum(NETWORKS);
export type Network = z.infer<typeof Network>;

const count = z.int().nonnegative().nullable();

/** As the source last told it; null for what it does not count. */
export const Engagement = z.object({ likes: count, replies: count, reposts: count, quotes: count, views: count });
export type Engagement = z.infer<typeof Engagement>;

/** Hashtags and mentions without their sign, as written. */
export const PostEntities = z.object({
  hashtags: z.array(z.string()).default([]),
  mentions: z.array(z.string()).default([]),
  links: z.array(z.string()).default([]),
  media: z.array(z.object({ kind: z.enum(['photo', 'video', 'gif', 'link']), url: z.string() })).default([]),
});
export type PostEntities = z.infer<typeof PostEntities>;

export const Author = z.object({
  id: z.uuid(),
  network: Network,
  externalId: z.string(),
  handle: z.string(),
  name: z.string(),
  url: z.string().nullable(),
  bio: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  followers: z.int().nullable(),
  isVerified: z.boolean().nullable(),
});
export type Author = z.infer<typeof Author>;

export const Post = z.object({
  id: z.uuid(),
  network: Network,
  externalId: z.string(),
  url: z.string(),
  text: z.string(),
  language: z.string().nullable(),
  author: Author.nullable(),
  conversationId: z.uuid().nullable(),
  replyToExternalId: z.string().nullable(),
  quotedExternalId: z.string().nullable(),
  engagement: Engagement,
  entities: PostEntities,
  postedAt: z.iso.datetime(),
  editedAt: z.iso.datetime().nullable(),
  /** When it was first found to be gone; what it said is kept. */
  deletedAt: z.iso.datetime().nullable(),
  seenAt: z.iso.datetime(),
});
export type Post = z.infer<typeof Post>;

/** An author as a source gives them. */
export interface FoundAuthor {
  readonly externalId: string;
  /** Without an at sign. */
  readonly handle: string;
  readonly name: string;
  readonly url: string | null;
  readonly bio: string | null;
  readonly avatarUrl: string | null;
  readonly followers: number | null;
  readonly isVerified: boolean | null;
}

/** A post as a source gives it, before it is a row. */
export interface FoundPost {
  readonly network: Network;
  readonly externalId: string;
  readonly url: string;
  /** Plain text, whole: what a source cuts is taken from where it keeps all of it. */
  readonly text: string;
  /** BCP 47, when the source says so. */
  readonly language: string | null;
  readonly author: FoundAuthor;
  readonly postedAt: Date;
  readonly editedAt: Date | null;
  /** External id of the conversation's first post; its own when it began one; null when the source does not tell. */
  readonly conversationExternalId: string | null;
  readonly replyToExternalId: string | null;
  readonly quotedExternalId: string | null;
  readonly engagement: Engagement;
  readonly entities: PostEntities;
}
