import type { FoundAuthor, FoundPost } from '@nexus/shared/listening';
import { z } from 'zod';
import { languageOf } from './x/languages.ts';

const Entities = z.object({
  hashtags: z.array(z.object({ tag: z.string() })).default([]),
  mentions: z.array(z.object({ username: z.string() })).default([]),
  urls: z
    .array(z.object({ url: z.string(), expanded_url: z.string().optional(), media_key: z.string().optional() }))
    .default([]),
});

const count = z.int().nonnegative().optional();

export const OfficialPost = z.object({
  id: z.string(),
  text: z.string(),
  author_id: z.string(),
  created_at: z.iso.datetime({ offset: true }),
  lang: z.string().optional(),
  conversation_id: z.string().optional(),
  edit_history_tweet_ids: z.array(z.string()).default([]),
  referenced_tweets: z
    .array(z.object({ type: z.enum(['replied_to', 'quoted', 'retweeted']), id: z.string() }))
    .default([]),
  public_metrics: z
    .object({
      like_count: count,
      reply_count: count,
      retweet_count: count,
      quote_count: count,
      impression_count: count,
    })
    .default({}),
  entities: Entities.prefault({}),
  note_tweet: z.object({ text: z.string(), entities: Entities.prefault({}) }).optional(),
  attachments: z.object({ media_keys: z.array(z.string()).default([]) }).optional(),
});
export type OfficialPost = z.infer<typeof OfficialPost>;

export const OfficialUser = z.object({
  id: z.string(),
  username: z.string(),
  name: z.string(),
  description: z.string().optional(),
  profile_image_url: z.string().optional(),
  verified: z.boolean().optional(),
  public_metrics: z.object({ followers_count: z.int().optional() }).default({}),
});

const Media = z.object({
  media_key: z.string(),
  type: z.string(),
  url: z.string().optional(),
  preview_image_url: z.string().optional(),
});

export const Includes = z.object({
  users: z.array(OfficialUser).default([]),
  tweets: z.array(OfficialPost).default([]),
  media: z.array(Media).default([]),
});
export type Includes = z.infer<typeof Includes>;

/** Fields and parts that are asked for with every post. */
export const WANTED = {
  'tweet.fields':
    'attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,entities,lang,note_tweet,public_metrics,referenced_tweets',
  'user.fields': 'description,profile_image_url,public_metrics,verified',
  'media.fields': 'preview_image_url,type,url',
  expansions: 'author_id,attachments.media_keys,referenced_tweets.id,referenced_tweets.id.author_id',
};

const KINDS: Record<string, 'photo' | 'video' | 'gif'> = { photo: 'photo', video: 'video', animated_gif: 'gif' };

/** Null when its author is not told: suspended, or protected. An edited post is known by the number of its first version. */
export function foundPost(post: OfficialPost, includes: Includes): FoundPost | null {
  const user = includes.users.find(({ id }) => id === post.author_id);
  if (!user) return null;
  const referenced = (type: string) => post.referenced_tweets.find((reference) => reference.type === type)?.id ?? null;
  const { like_count, reply_count, retweet_count, quote_count, impression_count } = post.public_metrics;
  const externalId = post.edit_history_tweet_ids[0] ?? post.id;
  const { hashtags, mentions, urls } = post.note_tweet?.entities ?? post.entities;
  return {
    network: 'x',
    externalId,
    url: `https://x.com/${user.username}/status/${externalId}`,
    text: textOf(post, includes, referenced('retweeted')),
    language: languageOf(post.lang),
    author: foundAuthor(user),
    postedAt: new Date(post.created_at),
    // It tells that a post was edited, not when.
    editedAt: null,
    conversationExternalId: post.conversation_id ?? null,
    replyToExternalId: referenced('replied_to'),
    quotedExternalId: referenced('quoted'),
    engagement: {
      likes: like_count ?? null,
      replies: reply_count ?? null,
      reposts: retweet_count ?? null,
      quotes: quote_count ?? null,
      views: impression_count ?? null,
    },
    entities: {
      hashtags: hashtags.map(({ tag }) => tag),
      mentions: mentions.map(({ username }) => username),
      links: urls.flatMap(({ expanded_url, media_key }) =>
        media_key === undefined && expanded_url ? [expanded_url] : [],
      ),
      media: mediaOf(post, includes),
    },
  };
}

export function foundAuthor(user: z.infer<typeof OfficialUser>): FoundAuthor {
  return {
    externalId: user.id,
    handle: user.username,
    name: user.name,
    url: `https://x.com/${user.username}`,
    bio: user.description ?? null,
    avatarUrl: user.profile_image_url ?? null,
    followers: user.public_metrics.followers_count ?? null,
    isVerified: user.verified ?? null,
  };
}

/** A repost's own text is cut: it says what the original says. */
function textOf(post: OfficialPost, includes: Includes, originalId: string | null): string {
  const original = includes.tweets.find(({ id }) => id === originalId);
  const author = original && includes.users.find(({ id }) => id === original.author_id);
  return original && author ? `RT @${author.username}: ${ownText(original)}` : ownText(post);
}

function ownText({ text, note_tweet, entities }: OfficialPost): string {
  let whole = note_tweet?.text ?? text;
  for (const { url, expanded_url, media_key } of note_tweet?.entities.urls ?? entities.urls) {
    whole = whole.replaceAll(url, media_key === undefined ? (expanded_url ?? url) : '');
  }
  return whole.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').trim();
}

function mediaOf({ attachments }: OfficialPost, { media }: Includes): FoundPost['entities']['media'] {
  const keys = new Set(attachments?.media_keys);
  return media.flatMap(({ media_key, type, url, preview_image_url }) => {
    const address = url ?? preview_image_url;
    const kind = KINDS[type];
    return keys.has(media_key) && kind !== undefined && address !== undefined ? [{ kind, url: address }] : [];
  });
}
