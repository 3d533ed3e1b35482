import type { FoundAuthor, FoundPost } from '@nexus/shared/listening';
import { z } from 'zod';
import { plainWords } from './plain-words.ts';
import { Count, EpochSeconds } from './wire-parts.ts';

// Wire format: https://hn.algolia.com/api. Texts are HTML; what was deleted keeps its place with neither author nor text.

const text = z.string().nullish();
const id = z.int().positive();

export const SearchHit = z.object({
  objectID: z.string().regex(/^\d+$/),
  author: z.string().min(1),
  created_at_i: EpochSeconds,
  title: text,
  url: text,
  story_text: text,
  comment_text: text,
  points: z.int().nullish(),
  num_comments: Count.nullish(),
  story_id: id.nullish(),
  parent_id: id.nullish(),
});

const Item = z.object({
  id,
  created_at_i: EpochSeconds,
  author: text,
  title: text,
  url: text,
  text,
  points: z.int().nullish(),
  parent_id: id.nullish(),
  story_id: id.nullish(),
  children: z.array(z.unknown()),
});

export const ItemAnswer = z.unknown().transform(flatten);

export interface FlatItems {
  readonly posts: readonly FoundPost[];
  readonly missing: readonly string[];
}

export const hitToPost = (hit: z.infer<typeof SearchHit>): FoundPost =>
  toPost({
    id: hit.objectID,
    author: hit.author,
    seconds: hit.created_at_i,
    title: hit.title,
    html: hit.comment_text ?? hit.story_text,
    link: hit.url,
    points: hit.points,
    replies: hit.num_comments,
    parent: hit.parent_id,
    story: hit.story_id,
  });

/** Reads a tree node by node: threads are as deep as people argue. */
function flatten(root: unknown, ctx: z.RefinementCtx): FlatItems {
  const posts: FoundPost[] = [];
  const missing: string[] = [];
  const open = [root];
  while (open.length > 0) {
    const read = Item.safeParse(open.pop());
    if (!read.success) {
      ctx.addIssue({ code: 'custom', message: read.error.message, path: read.error.issues[0]?.path ?? [] });
      return z.NEVER;
    }
    const item = read.data;
    open.push(...item.children);
    if (!item.author) missing.push(String(item.id));
    else
      posts.push(
        toPost({
          id: String(item.id),
          author: item.author,
          seconds: item.created_at_i,
          title: item.title,
          html: item.text,
          link: item.url,
          points: item.points,
          replies: null,
          parent: item.parent_id,
          story: item.story_id,
        }),
      );
  }
  return { posts, missing };
}

interface Told {
  id: string;
  author: string;
  seconds: number;
  title: string | null | undefined;
  html: string | null | undefined;
  link: string | null | undefined;
  points: number | null | undefined;
  replies: number | null | undefined;
  parent: number | null | undefined;
  story: number | null | undefined;
}

function toPost({ id, author, seconds, title, html, link, points, replies, parent, story }: Told): FoundPost {
  const words = plainWords(html ?? '');
  const links = link && URL.canParse(link) ? [link, ...words.links] : words.links;
  return {
    network: 'hackernews',
    externalId: id,
    url: `https://news.ycombinator.com/item?id=${id}`,
    text: [title?.trim(), words.text].filter(Boolean).join('\n\n'),
    language: null,
    author: toAuthor(author, null),
    postedAt: new Date(seconds * 1000),
    editedAt: null,
    conversationExternalId: String(story ?? (parent ? '' : id)) || null,
    replyToExternalId: parent ? String(parent) : null,
    quotedExternalId: null,
    // A comment's points are nobody's to see but its author's.
    engagement: {
      likes: points === null || points === undefined ? null : Math.max(0, points),
      replies: replies ?? null,
      reposts: null,
      quotes: null,
      views: null,
    },
    entities: { hashtags: [], mentions: [], links: [...new Set(links)], media: [] },
  };
}

export const toAuthor = (name: string, about: string | null | undefined): FoundAuthor => ({
  externalId: name,
  handle: name,
  name,
  url: `https://news.ycombinator.com/user?id=${encodeURIComponent(name)}`,
  bio: about ? plainWords(about).text : null,
  avatarUrl: null,
  followers: null,
  isVerified: null,
});
