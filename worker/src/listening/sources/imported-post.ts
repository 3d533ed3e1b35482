import { Engagement, type FoundAuthor, type FoundPost, Network, PostEntities } from '@nexus/shared/listening';
import { z } from 'zod';

// Two shapes of a line: the project's own, which is `FoundPost` with dates as text, and what twscrape's `Tweet.json()` writes.

const Address = z.url({ protocol: /^https?$/ });
const Handle = z.string().trim().min(1).max(200);
const Id = z.string().trim().min(1).max(500);
const Moment = z
  .string()
  .transform((text) => new Date(text.trim().replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T')))
  .refine((date) => !Number.isNaN(date.getTime()), 'is no date');
const count = z.int().nonnegative().nullish();

export interface ImportedPost {
  readonly post: FoundPost;
  /** Came along inside of the line. */
  readonly quoted: FoundPost | null;
}

const OwnLine = z
  .object({
    network: Network,
    externalId: Id,
    url: Address,
    text: z.string(),
    language: z.string().nullish(),
    author: z.object({
      externalId: Id.optional(),
      handle: Handle,
      name: z.string().optional(),
      url: Address.nullish(),
      bio: z.string().nullish(),
      avatarUrl: Address.nullish(),
      followers: count,
      isVerified: z.boolean().nullish(),
    }),
    postedAt: Moment,
    editedAt: Moment.nullish(),
    conversationExternalId: Id.nullish(),
    replyToExternalId: Id.nullish(),
    quotedExternalId: Id.nullish(),
    engagement: Engagement.partial().default({}),
    entities: PostEntities.prefault({}),
  })
  .transform(({ author, ...post }): ImportedPost => ({
    post: {
      ...post,
      text: post.text.trim(),
      language: post.language ?? null,
      author: authorOf({ ...author, handle: author.handle.replace(/^@/, '') }),
      editedAt: post.editedAt ?? null,
      conversationExternalId: post.conversationExternalId ?? (post.replyToExternalId ? null : post.externalId),
      replyToExternalId: post.replyToExternalId ?? null,
      quotedExternalId: post.quotedExternalId ?? null,
      engagement: { likes: null, replies: null, reposts: null, quotes: null, views: null, ...post.engagement },
    },
    quoted: null,
  }));

/** Numbers of posts are greater than JSON's own can be, so only their `_str` twins are read. */
const Tweet = z.object({
  id_str: z.string().regex(/^\d+$/),
  url: Address,
  date: Moment,
  lang: z.string().nullish(),
  rawContent: z.string(),
  user: z.object({
    id_str: z.string().regex(/^\d+$/),
    username: Handle,
    displayname: z.string().default(''),
    url: Address.nullish(),
    rawDescription: z.string().nullish(),
    profileImageUrl: z.string().nullish(),
    followersCount: count,
    verified: z.boolean().nullish(),
    blue: z.boolean().nullish(),
  }),
  replyCount: count,
  retweetCount: count,
  likeCount: count,
  quoteCount: count,
  viewCount: count,
  conversationIdStr: z.string().nullish(),
  inReplyToTweetIdStr: z.string().nullish(),
  hashtags: z.array(z.string()).default([]),
  mentionedUsers: z.array(z.object({ username: Handle })).default([]),
  links: z.array(z.object({ url: z.string() })).default([]),
  media: z
    .object({
      photos: z.array(z.object({ url: z.string() })).default([]),
      videos: z
        .array(z.object({ variants: z.array(z.object({ url: z.string(), bitrate: z.number() })).default([]) }))
        .default([]),
      animated: z.array(z.object({ videoUrl: z.string() }).nullable()).default([]),
    })
    .nullish(),
});
const TweetLine = Tweet.extend({ quotedTweet: Tweet.nullish() }).transform(
  ({ quotedTweet, ...tweet }): ImportedPost => ({
    post: tweetToPost(tweet, quotedTweet?.id_str ?? null),
    quoted: quotedTweet ? tweetToPost(quotedTweet, null) : null,
  }),
);

/** Reads one line; in words what is wrong with it when it is no post. */
export function readLine(line: string): ImportedPost | string {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return 'no JSON';
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return 'no object';
  const parsed = ('rawContent' in read ? TweetLine : OwnLine).safeParse(read);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'wrong'}`;
}

function tweetToPost(tweet: z.infer<typeof Tweet>, quotedExternalId: string | null): FoundPost {
  const { user, media } = tweet;
  const videos = media?.videos.flatMap(({ variants }) => variants.toSorted((a, b) => b.bitrate - a.bitrate)[0] ?? []);
  return {
    network: 'x',
    externalId: tweet.id_str,
    url: tweet.url,
    text: tweet.rawContent.trim(),
    // "und" and "qme" and the like stand for posts without words.
    language: tweet.lang && !/^(und|q[a-z]{2}|art|zxx)$/.test(tweet.lang) ? tweet.lang : null,
    author: authorOf({
      externalId: user.id_str,
      handle: user.username,
      name: user.displayname,
      url: user.url,
      bio: user.rawDescription,
      avatarUrl: user.profileImageUrl,
      followers: user.followersCount,
      isVerified: user.verified || user.blue ? true : (user.verified ?? user.blue),
    }),
    postedAt: tweet.date,
    editedAt: null,
    conversationExternalId: tweet.conversationIdStr ?? null,
    replyToExternalId: tweet.inReplyToTweetIdStr ?? null,
    quotedExternalId,
    engagement: {
      likes: tweet.likeCount ?? null,
      replies: tweet.replyCount ?? null,
      reposts: tweet.retweetCount ?? null,
      quotes: tweet.quoteCount ?? null,
      views: tweet.viewCount ?? null,
    },
    entities: {
      hashtags: tweet.hashtags,
      mentions: tweet.mentionedUsers.map(({ username }) => username),
      links: tweet.links.flatMap(({ url }) => (URL.canParse(url) ? [url] : [])),
      media: [
        ...(media?.photos ?? []).map(({ url }) => ({ kind: 'photo' as const, url })),
        ...(videos ?? []).map(({ url }) => ({ kind: 'video' as const, url })),
        ...(media?.animated ?? []).flatMap((gif) => (gif ? [{ kind: 'gif' as const, url: gif.videoUrl }] : [])),
      ],
    },
  };
}

interface ToldAuthor {
  externalId?: string | undefined;
  handle: string;
  name?: string | undefined;
  url?: string | null | undefined;
  bio?: string | null | undefined;
  avatarUrl?: string | null | undefined;
  followers?: number | null | undefined;
  isVerified?: boolean | null | undefined;
}

const authorOf = (author: ToldAuthor): FoundAuthor => ({
  externalId: author.externalId ?? author.handle,
  handle: author.handle,
  name: author.name?.trim() || author.handle,
  url: author.url ?? null,
  bio: author.bio ?? null,
  avatarUrl: author.avatarUrl ?? null,
  followers: author.followers ?? null,
  isVerified: author.isVerified ?? null,
});
