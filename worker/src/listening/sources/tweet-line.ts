import type { FoundPost } from '@nexus/shared/listening';
import { z } from 'zod';
import { Address, authorOf, Handle, type ImportedPost } from './imported-parts.ts';
import { Count, Moment } from './wire-parts.ts';

// What twscrape's `Tweet.json()` writes (vladkens/twscrape, models.py).

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
    followersCount: Count.nullish(),
    verified: z.boolean().nullish(),
    blue: z.boolean().nullish(),
  }),
  replyCount: Count.nullish(),
  retweetCount: Count.nullish(),
  likeCount: Count.nullish(),
  quoteCount: Count.nullish(),
  viewCount: Count.nullish(),
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
export const TweetLine = Tweet.extend({ quotedTweet: Tweet.nullish() }).transform(
  ({ quotedTweet, ...tweet }): ImportedPost => ({
    post: tweetToPost(tweet, quotedTweet?.id_str ?? null),
    quoted: quotedTweet ? tweetToPost(quotedTweet, null) : null,
  }),
);

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
