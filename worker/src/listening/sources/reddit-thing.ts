import type { FoundAuthor, FoundPost } from '@nexus/shared/listening';
import { z } from 'zod';
import { Count, EpochSeconds } from './wire-parts.ts';

// Wire format: https://www.reddit.com/dev/api, "things" with a kind: t1 comment, t2 account, t3 post, more: what is folded away.

const Thing = z.object({ kind: z.string(), data: z.unknown() });
export const Listing = z.object({
  kind: z.literal('Listing'),
  data: z.object({ children: z.array(Thing), after: z.string().nullish() }),
});

const shared = {
  name: z.string().regex(/^t[13]_\w+$/),
  author: z.string().min(1),
  author_fullname: z.string().optional(),
  created_utc: EpochSeconds,
  edited: z.union([z.boolean(), EpochSeconds]).optional(),
  score: z.int().optional(),
  permalink: z.string().startsWith('/'),
};
const Link = z.object({
  ...shared,
  title: z.string(),
  selftext: z.string().default(''),
  url: z.string().optional(),
  is_self: z.boolean().optional(),
  is_video: z.boolean().optional(),
  post_hint: z.string().optional(),
  num_comments: Count.optional(),
});
const Comment = z.object({
  ...shared,
  body: z.string(),
  link_id: z.string(),
  parent_id: z.string(),
  replies: z.union([Listing, z.literal('')]).optional(),
});
const More = z.object({ children: z.array(z.string()) });

/** What people and moderators leave of what they delete. */
const GONE = new Set(['[deleted]', '[removed]', '[ Removed by Reddit ]']);

export interface FlatThings {
  readonly posts: readonly FoundPost[];
  readonly missing: readonly string[];
}

/** Posts and comments of listings, however deep; what is deleted or folded away as missing. */
export const Things = Listing.transform((listing, ctx) => flatten([listing], ctx));
export const ThreadAnswer = z.array(Listing).transform(flatten);

function flatten(listings: z.infer<typeof Listing>[], ctx: z.RefinementCtx): FlatThings {
  const posts: FoundPost[] = [];
  const missing: string[] = [];
  const open = listings.flatMap(({ data }) => data.children);
  for (let thing = open.pop(); thing !== undefined; thing = open.pop()) {
    const schema = { t1: Comment, t3: Link, more: More }[thing.kind];
    // A search may find subreddits and accounts, which are not posts.
    if (!schema) continue;
    const read = schema.safeParse(thing.data);
    if (!read.success) {
      ctx.addIssue({ code: 'custom', message: read.error.message, path: [thing.kind, ...read.error.issues[0]!.path] });
      return z.NEVER;
    }
    const data = read.data;
    if ('children' in data) {
      missing.push(...data.children.map((id) => `t1_${id}`));
    } else if ('body' in data) {
      if (GONE.has(data.body)) missing.push(data.name);
      else posts.push(commentToPost(data));
      if (data.replies) open.push(...data.replies.data.children);
    } else if (data.author === '[deleted]' && (data.selftext === '' || GONE.has(data.selftext)))
      missing.push(data.name);
    else posts.push(linkToPost(data));
  }
  // Taken from the end; the source's own order is that of the listing.
  return { posts: posts.toReversed(), missing };
}

const linkToPost = (link: z.infer<typeof Link>): FoundPost => ({
  ...commonOf(link),
  text: [link.title.trim(), GONE.has(link.selftext) ? '' : link.selftext.trim()].filter(Boolean).join('\n\n'),
  conversationExternalId: link.name,
  replyToExternalId: null,
  engagement: { ...engagementOf(link), replies: link.num_comments ?? null },
  entities: entitiesOf(link.selftext, link.is_self ? undefined : link),
});

const commentToPost = (comment: z.infer<typeof Comment>): FoundPost => ({
  ...commonOf(comment),
  text: comment.body.trim(),
  conversationExternalId: comment.link_id,
  replyToExternalId: comment.parent_id,
  engagement: engagementOf(comment),
  entities: entitiesOf(comment.body, undefined),
});

type Common = Pick<z.infer<typeof Link>, keyof typeof shared>;

const commonOf = ({ name, author, author_fullname, created_utc, edited, permalink }: Common) => ({
  network: 'reddit' as const,
  externalId: name,
  url: new URL(permalink, 'https://www.reddit.com').href,
  language: null,
  author: toAuthor(author, author_fullname || author),
  postedAt: new Date(created_utc * 1000),
  // True without a time: edited before Reddit kept it.
  editedAt: typeof edited === 'number' ? new Date(edited * 1000) : null,
  quotedExternalId: null,
});

/** Downvotes can outweigh: a score below zero is no praise. */
const engagementOf = ({ score }: Common) => ({
  likes: score === undefined ? null : Math.max(0, score),
  replies: null,
  reposts: null,
  quotes: null,
  views: null,
});

export const toAuthor = (name: string, externalId: string): FoundAuthor => ({
  externalId,
  handle: name,
  name,
  url: name === '[deleted]' ? null : `https://www.reddit.com/user/${encodeURIComponent(name)}`,
  bio: null,
  avatarUrl: null,
  followers: null,
  isVerified: null,
});

function entitiesOf(markdown: string, shown: z.infer<typeof Link> | undefined): FoundPost['entities'] {
  const written = [...markdown.matchAll(/https?:\/\/[^\s<>()[\]"]+/g)].map(([address]) => address);
  const address = shown?.url && URL.canParse(shown.url) ? shown.url : null;
  const kind = shown?.is_video ? 'video' : shown?.post_hint === 'image' ? 'photo' : 'link';
  const links = [...(address ? [address] : []), ...written].filter((link) => URL.canParse(link));
  return {
    hashtags: [],
    mentions: [...new Set([...markdown.matchAll(/\bu\/([\w-]{3,20})/g)].map(([, name]) => name!))],
    links: [...new Set(links)],
    media: address ? [{ kind, url: address }] : [],
  };
}
