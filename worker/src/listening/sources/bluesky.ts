import type { FoundPost } from '@nexus/shared/listening';
import { z } from 'zod';
import { askBluesky, Credentials, Settings } from './ask-bluesky.ts';
import { PostView, Profile, readPost, sortedAt, toAuthor } from './bluesky-post.ts';
import { ThreadAnswer, type FlatThread } from './bluesky-thread.ts';
import { missingOf } from './missing-of.ts';
import { type Lane, type LanePage, lanesOf, searchLanes } from './search-lanes.ts';
import type { SearchRequest, SearchSource, SourceIo } from './search-source.ts';
import { behind, readTimeCursor } from './time-cursor.ts';

const PAGE = 100;
const SearchAnswer = z.object({ posts: z.array(PostView), cursor: z.string().optional() });
const FeedAnswer = z.object({
  feed: z.array(z.object({ post: PostView, reason: z.unknown().optional() })),
  cursor: z.string().optional(),
});
const PostsAnswer = z.object({ posts: z.array(PostView) });

/** Bluesky's AppView (https://docs.bsky.app/docs/category/http-reference), without signing in. */
export const bluesky: SearchSource = {
  id: 'bluesky',
  label: 'Bluesky',
  description:
    'All public posts by words, phrases, hashtags, mentions and authors, whole threads included. No key; at busy times Bluesky closes its public search, then an app password opens it.',
  network: 'bluesky',
  settings: Settings,
  credentials: Credentials,
  limits: { pageSize: PAGE, searchesBackDays: null, usdPerPost: 0 },

  search: (request, io) =>
    searchLanes(lanesOf(request.query), request.cursor, (lane, at) =>
      lane.kind === 'follow' ? searchFeed(lane.text, at, request, io) : searchWords(lane, at, request, io),
    ),

  async conversation({ post }, io) {
    const root = post.conversationExternalId ?? post.externalId;
    let thread = await threadOf(root, io);
    // Branches below a deleted post hang from nothing: only their own posts lead to them.
    if (!thread.posts.has(post.externalId) && root !== post.externalId) {
      const branch = await threadOf(post.externalId, io);
      thread = {
        posts: new Map([...thread.posts, ...branch.posts]),
        missing: new Set([...thread.missing, ...branch.missing]),
      };
    }
    const posts = [...thread.posts.values()];
    return { posts, missing: missingOf(posts, thread.missing), nextCursor: null };
  },

  async author(handle, io) {
    const answer = await askBluesky(io, Profile, {
      method: 'app.bsky.actor.getProfile',
      parameters: { actor: handle },
      mayBeGone: true,
    });
    return answer && toAuthor(answer.data);
  },

  async post(externalId, io) {
    const answer = await askBluesky(io, PostsAnswer, {
      method: 'app.bsky.feed.getPosts',
      parameters: { uris: externalId },
    });
    const [view] = answer?.data.posts ?? [];
    return view ? readPost(view).post : null;
  },
};

/**
 * Its own cursor is refused (403) to those who are not signed in, so pages follow each other by time: each asks for what is older than
 * the last post of the one before.
 */
async function searchWords(lane: Lane, at: string | null, request: SearchRequest, io: SourceIo): Promise<LanePage> {
  const before = readTimeCursor(at);
  const { languages } = request.query;
  const answer = await askBluesky(io, SearchAnswer, {
    method: 'app.bsky.feed.searchPosts',
    parameters: {
      ...wordsOf(lane),
      sort: 'latest',
      limit: String(PAGE),
      ...(languages.length === 1 && { lang: languages[0] }),
      ...(request.since && { since: request.since.postedAt.toISOString() }),
      ...(before.until !== null && { until: new Date(before.until).toISOString() }),
    },
  });
  const { posts = [], cursor } = answer?.data ?? {};
  const placed = posts.map((post) => ({ id: post.uri, at: sortedAt(post).getTime() }));
  return {
    ...toHits(posts.filter(({ uri }) => !before.seen.has(uri))),
    next: cursor || posts.length >= PAGE ? behind(placed, before, 1) : null,
  };
}

/** Lexicon app.bsky.feed.searchPosts; `q` is needed beside the filters. */
function wordsOf({ kind, text }: Lane): Record<string, string> {
  if (kind === 'phrase') return { q: `"${text.replaceAll('"', ' ')}"` };
  if (kind === 'hashtag') return { q: `#${text}`, tag: text };
  if (kind === 'mention') return { q: `@${text}`, mentions: text };
  return { q: text };
}

async function searchFeed(actor: string, at: string | null, request: SearchRequest, io: SourceIo): Promise<LanePage> {
  const answer = await askBluesky(io, FeedAnswer, {
    method: 'app.bsky.feed.getAuthorFeed',
    parameters: {
      actor,
      limit: String(PAGE),
      filter: 'posts_with_replies',
      ...(at && { cursor: at }),
    },
    mayBeGone: true,
  });
  const since = request.since?.postedAt.getTime() ?? -Infinity;
  // Reposts stand at the time of the repost, and belong to somebody else.
  const own = (answer?.data.feed ?? []).filter(({ reason }) => reason === undefined).map(({ post }) => post);
  const fresh = own.filter((post) => sortedAt(post).getTime() >= since);
  return { ...toHits(fresh), next: fresh.length < own.length ? null : (answer?.data.cursor ?? null) };
}

function toHits(views: readonly PostView[]): { hits: FoundPost[]; context: FoundPost[] } {
  const read = views.map(readPost);
  return { hits: read.map(({ post }) => post), context: read.flatMap(({ quoted }) => quoted ?? []) };
}

async function threadOf(uri: string, io: SourceIo): Promise<FlatThread> {
  const answer = await askBluesky(io, ThreadAnswer, {
    method: 'app.bsky.feed.getPostThread',
    parameters: { uri, depth: '1000', parentHeight: '1000' },
    mayBeGone: true,
  });
  return answer?.data.thread ?? { posts: new Map(), missing: new Set([uri]) };
}
