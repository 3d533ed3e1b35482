import type { XAuthor, XPost } from './x-posts.ts';

/**
 * How fields lie: `legacy` as in 2023, all below `legacy`; `mixed` as in July 2026, authors in the new form, posts in the old; `new` with
 * nothing left below `legacy`.
 */
export type XShape = 'legacy' | 'mixed' | 'new';

export type Payload = Record<string, unknown>;

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Wed Jul 08 21:59:10 +0000 2026`, as X writes times. */
function writtenTime(at: Date): string {
  const [, day, clock] = /^\d+-\d+-(\d+)T(\d+:\d+:\d+)/.exec(at.toISOString()) ?? [];
  return `${WEEKDAYS[at.getUTCDay()]} ${MONTHS[at.getUTCMonth()]} ${day} ${clock} +0000 ${at.getUTCFullYear()}`;
}

export function userPayload(author: XAuthor, shape: XShape): Payload {
  const avatar = `https://pbs.example/${author.handle}_normal.jpg`;
  const bio = `Writes as ${author.name}`;
  const shared = { __typename: 'User', id: `VXNlcjo${author.id}`, rest_id: author.id, is_blue_verified: false };
  if (shape === 'legacy') {
    return {
      ...shared,
      legacy: {
        screen_name: author.handle,
        name: author.name,
        description: bio,
        followers_count: author.followers,
        profile_image_url_https: avatar,
        verified: false,
      },
    };
  }
  return {
    ...shared,
    ...(shape === 'new' && { legacy: null }),
    core: { screen_name: author.handle, name: author.name, created_at: 'Mon Feb 09 22:11:12 +0000 2009' },
    avatar: { image_url: avatar },
    profile_bio: { description: bio },
    relationship_counts: { followers: author.followers, following: 3 },
    verification: { verified: false },
  };
}

export function postPayload(post: XPost, shape: XShape): Payload {
  const payload = { ...commonFields(post, shape), ...(shape === 'new' ? newFields(post) : legacyFields(post, shape)) };
  return post.isLimited
    ? { __typename: 'TweetWithVisibilityResults', tweet: payload, limitedActionResults: { limited_actions: [] } }
    : { __typename: 'Tweet', ...payload };
}

function commonFields(post: XPost, shape: XShape): Payload {
  const versions = [...(post.earlierIds ?? []), post.id];
  const control = { edit_tweet_ids: versions, editable_until_msecs: '1', is_edit_eligible: true, edits_remaining: '5' };
  return {
    rest_id: post.id,
    core: { user_results: { result: userPayload(post.author, shape) } },
    edit_control: post.earlierIds ? { initial_tweet_id: versions[0], edit_control_initial: control } : control,
    views: post.views === undefined ? { state: 'Enabled' } : { count: String(post.views), state: 'EnabledWithCount' },
    ...(post.longText && {
      note_tweet: {
        is_expandable: true,
        note_tweet_results: { result: { id: 'Tm90ZQ', text: post.longText, entity_set: entities(post) } },
      },
    }),
  };
}

function legacyFields(post: XPost, shape: XShape): Payload {
  const media = mediaOf(post);
  return {
    ...(post.quoted && { quoted_status_result: { result: postPayload(post.quoted, shape) } }),
    legacy: {
      id_str: post.id,
      full_text: cutText(post),
      created_at: writtenTime(post.at),
      lang: post.language ?? 'und',
      conversation_id_str: post.conversation ?? post.id,
      ...(post.replyTo && { in_reply_to_status_id_str: post.replyTo }),
      is_quote_status: post.quoted !== undefined,
      ...(post.quoted && { quoted_status_id_str: post.quoted.id }),
      ...(post.original && { retweeted_status_result: { result: postPayload(post.original, shape) } }),
      favorite_count: post.likes ?? 0,
      reply_count: post.replies ?? 0,
      retweet_count: post.reposts ?? 0,
      quote_count: post.quotes ?? 0,
      entities: { ...entities(post), ...(media.length > 0 && { media }) },
      ...(media.length > 0 && { extended_entities: { media } }),
      user_id_str: post.author.id,
    },
  };
}

function newFields(post: XPost): Payload {
  const { hashtags, user_mentions, urls } = entities(post);
  return {
    legacy: null,
    details: {
      full_text: cutText(post),
      created_at_ms: post.at.getTime(),
      language: post.language ?? 'und',
      conversation_id_str: post.conversation ?? post.id,
      hashtag_entities: hashtags,
    },
    counts: {
      favorite_count: post.likes ?? 0,
      reply_count: post.replies ?? 0,
      retweet_count: post.reposts ?? 0,
      quote_count: post.quotes ?? 0,
    },
    mention_entities: user_mentions,
    url_entities: urls,
    media_entities2: mediaOf(post),
    reply_to_results: post.replyTo ? { rest_id: post.replyTo } : null,
    quoted_tweet_results: post.quoted ? { rest_id: post.quoted.id, result: postPayload(post.quoted, 'new') } : null,
    repostedStatusResults: post.original ? { result: postPayload(post.original, 'new') } : null,
  };
}

/** X cuts long texts, and those of reposts. */
function cutText({ text, longText, original }: XPost): string {
  const whole = original ? `RT @${original.author.handle}: ${original.longText ?? original.text}` : (longText ?? text);
  const escaped = whole.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return original || longText ? `${escaped.slice(0, 139)}…` : escaped;
}

function entities(post: XPost) {
  return {
    hashtags: (post.hashtags ?? []).map((text) => ({ text, indices: [0, 0] })),
    user_mentions: (post.mentions ?? []).map((screen_name) => ({ screen_name, name: screen_name, id_str: '1' })),
    urls: Object.entries(post.links ?? {}).map(([url, expanded_url]) => ({ url, expanded_url, display_url: url })),
    symbols: [],
  };
}

function mediaOf(post: XPost): Payload[] {
  if (post.photo === undefined) return [];
  return [{ type: 'photo', media_url_https: post.photo, url: `https://t.co/photo${post.id}`, id_str: '1' }];
}

export function postEntry(post: XPost, shape: XShape, entryId = `tweet-${post.id}`): Payload {
  return {
    entryId,
    sortIndex: post.id,
    content: {
      entryType: 'TimelineTimelineItem',
      __typename: 'TimelineTimelineItem',
      itemContent: postItem(post, shape),
    },
  };
}

export function postItem(post: XPost, shape: XShape): Payload {
  return {
    itemType: 'TimelineTweet',
    __typename: 'TimelineTweet',
    tweet_results: { result: postPayload(post, shape) },
    tweetDisplayType: 'Tweet',
  };
}

export const tombstoneItem = (): Payload => ({
  itemType: 'TimelineTweet',
  __typename: 'TimelineTweet',
  tweet_results: {
    result: { __typename: 'TweetTombstone', tombstone: { text: { text: 'This Post was deleted by its author.' } } },
  },
});

export const cursorContent = (cursorType: string, value: string): Payload => ({
  entryType: 'TimelineTimelineCursor',
  __typename: 'TimelineTimelineCursor',
  itemType: 'TimelineTimelineCursor',
  cursorType,
  value,
});

export const cursorEntry = (cursorType: string, value: string, name: string): Payload => ({
  entryId: `cursor-${name}`,
  sortIndex: '0',
  content: cursorContent(cursorType, value),
});
