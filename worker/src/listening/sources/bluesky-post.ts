import type { FoundAuthor, FoundPost, PostEntities } from '@nexus/shared/listening';
import { z } from 'zod';
import { Count, isPlausible, Moment } from './wire-parts.ts';

// Wire format: the lexicons app.bsky.feed.defs, app.bsky.feed.post, app.bsky.richtext.facet and app.bsky.embed.*.

export const Profile = z.object({
  did: z.string().startsWith('did:'),
  handle: z.string().min(1),
  displayName: z.string().nullish(),
  avatar: z.string().nullish(),
  description: z.string().nullish(),
  followersCount: Count.optional(),
  verification: z.object({ verifiedStatus: z.string().optional() }).optional(),
});

const Facet = z.object({
  index: z.object({ byteStart: z.int().nonnegative(), byteEnd: z.int().nonnegative() }),
  features: z.array(z.object({ $type: z.string(), tag: z.string().optional(), uri: z.string().optional() })),
});

/** Written by whatever program its author uses: what is no part of the words themselves may be nonsense. */
const PostRecord = z.object({
  text: z.string(),
  createdAt: z.string(),
  langs: z.array(z.string()).catch([]),
  tags: z.array(z.string()).catch([]),
  facets: z.array(Facet).catch([]),
  reply: z.object({ root: z.object({ uri: z.string() }), parent: z.object({ uri: z.string() }) }).optional(),
});

const count = Count.optional();
const Counts = { likeCount: count, replyCount: count, repostCount: count, quoteCount: count };

/** What a post shows below its words; of unknown kinds nothing is read. */
const Embed = z.object({
  $type: z.string(),
  external: z.object({ uri: z.string() }).optional(),
  images: z.array(z.object({ fullsize: z.string() })).optional(),
  playlist: z.string().optional(),
  media: z.unknown().optional(),
  record: z.unknown().optional(),
});
type Embed = z.infer<typeof Embed>;

export const PostView = z.object({
  uri: z.string().startsWith('at://'),
  author: Profile,
  record: PostRecord,
  embed: Embed.optional(),
  indexedAt: Moment,
  ...Counts,
});
export type PostView = z.infer<typeof PostView>;

const Quoted = z.object({
  uri: z.string(),
  author: Profile,
  value: PostRecord.extend({ $type: z.literal('app.bsky.feed.post') }),
  embeds: z.array(Embed).optional(),
  indexedAt: Moment,
  ...Counts,
});
const QuotedUri = z.object({ uri: z.string().includes('/app.bsky.feed.post/') });

/** A post, and the one it quotes when that came along whole. */
export function readPost(view: PostView): { post: FoundPost; quoted: FoundPost | null } {
  const record = recordOf(view.embed);
  const whole = Quoted.safeParse(record);
  const quoted = whole.success
    ? toPost({ ...whole.data, record: whole.data.value, embed: whole.data.embeds?.[0] }, null)
    : null;
  return { post: toPost(view, quoted?.externalId ?? QuotedUri.safeParse(record).data?.uri ?? null), quoted };
}

/** A quoted record stands alone, or one deeper beside pictures. */
function recordOf(embed: Embed | undefined): unknown {
  if (embed?.$type === 'app.bsky.embed.record#view') return embed.record;
  if (embed?.$type !== 'app.bsky.embed.recordWithMedia#view') return undefined;
  return z.object({ record: z.unknown() }).safeParse(embed.record).data?.record;
}

function toPost(view: PostView, quotedExternalId: string | null): FoundPost {
  const { uri, author, record } = view;
  return {
    network: 'bluesky',
    externalId: uri,
    url: `https://bsky.app/profile/${author.handle === 'handle.invalid' ? author.did : author.handle}/post/${uri.split('/').at(-1)}`,
    text: record.text.trim(),
    language: record.langs[0] ?? null,
    author: toAuthor(author),
    postedAt: sortedAt(view),
    editedAt: null,
    conversationExternalId: record.reply?.root.uri ?? uri,
    replyToExternalId: record.reply?.parent.uri ?? null,
    quotedExternalId,
    engagement: {
      likes: view.likeCount ?? null,
      replies: view.replyCount ?? null,
      reposts: view.repostCount ?? null,
      quotes: view.quoteCount ?? null,
      views: null,
    },
    entities: entitiesOf(view),
  };
}

/** Whose clock is wrong posts neither in the future nor in the year one: what the network itself sorts by. */
export function sortedAt({ record, indexedAt }: Pick<PostView, 'record' | 'indexedAt'>): Date {
  const created = new Date(record.createdAt);
  return isPlausible(created) && created < indexedAt ? created : indexedAt;
}

export const toAuthor = (profile: z.infer<typeof Profile>): FoundAuthor => ({
  externalId: profile.did,
  handle: profile.handle,
  name: profile.displayName?.trim() || profile.handle,
  url: `https://bsky.app/profile/${profile.handle === 'handle.invalid' ? profile.did : profile.handle}`,
  bio: profile.description ?? null,
  avatarUrl: profile.avatar ?? null,
  followers: profile.followersCount ?? null,
  isVerified: profile.verification ? profile.verification.verifiedStatus === 'valid' : null,
});

function entitiesOf({ record, embed }: PostView): PostEntities {
  const bytes = Buffer.from(record.text);
  const entities: PostEntities = { hashtags: [...record.tags], mentions: [], links: [], media: [] };
  for (const { index, features } of record.facets) {
    for (const { $type, tag, uri } of features) {
      if ($type.endsWith('#tag') && tag) entities.hashtags.push(tag.replace(/^#/, ''));
      // The feature names an account's number; the words, counted in bytes of UTF-8, name its handle.
      if ($type.endsWith('#mention')) {
        const handle = bytes.subarray(index.byteStart, index.byteEnd).toString().replace(/^@/, '').trim();
        if (handle) entities.mentions.push(handle);
      }
      if ($type.endsWith('#link') && uri && URL.canParse(uri)) entities.links.push(uri);
    }
  }
  const shown = embed?.media ? Embed.safeParse(embed.media).data : embed;
  if (shown?.external && URL.canParse(shown.external.uri)) entities.links.push(shown.external.uri);
  for (const { fullsize } of shown?.images ?? []) entities.media.push({ kind: 'photo', url: fullsize });
  if (shown?.playlist) entities.media.push({ kind: 'video', url: shown.playlist });
  return { ...entities, hashtags: [...new Set(entities.hashtags)], links: [...new Set(entities.links)] };
}
