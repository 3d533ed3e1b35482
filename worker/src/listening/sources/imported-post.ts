import { Engagement, Network, PostEntities } from '@nexus/shared/listening';
import { z } from 'zod';
import { Address, authorOf, Handle, Id, type ImportedPost } from './imported-parts.ts';
import { TweetLine } from './tweet-line.ts';
import { Count, Moment, parseJson } from './wire-parts.ts';

/** The project's own lines: `FoundPost` with dates as text, of which a handful is needed. */
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
      followers: Count.nullish(),
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

/** Reads one line; in words what is wrong with it when it is no post. */
export function readLine(line: string): ImportedPost | string {
  const read = parseJson(line);
  if (read === undefined) return 'no JSON';
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return 'no object';
  const parsed = ('rawContent' in read ? TweetLine : OwnLine).safeParse(read);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'wrong'}`;
}
