import { z } from 'zod';
import { askJson } from './ask-json.ts';
import { hitToPost, ItemAnswer, SearchHit, toAuthor } from './hackernews-item.ts';
import { missingOf } from './missing-of.ts';
import { type Lane, type LanePage, lanesOf, searchLanes } from './search-lanes.ts';
import type { SearchRequest, SearchSource, SourceIo } from './search-source.ts';
import { behind, readTimeCursor } from './time-cursor.ts';

const PAGE = 100;
const Settings = z.object({
  service: z
    .url({ protocol: /^https?$/ })
    .default('https://hn.algolia.com')
    .describe('Algolia’s search of Hacker News'),
});
const REFUSED = 'it does not let this server in. Try again later.';

const SearchAnswer = z.object({ hits: z.array(SearchHit), nbPages: z.int().nonnegative() });
const UserAnswer = z.object({ username: z.string().min(1), about: z.string().nullish() });

/** Hacker News by Algolia (https://hn.algolia.com/api): stories, comments, polls and jobs from the beginning, without a key. */
export const hackernews: SearchSource = {
  id: 'hackernews',
  label: 'Hacker News',
  description:
    'Stories and comments by words, phrases and authors, from the beginning, whole threads included. No key; about 10,000 requests an hour.',
  network: 'hackernews',
  settings: Settings,
  credentials: z.object({}),
  limits: { pageSize: PAGE, searchesBackDays: null, usdPerPost: 0 },

  search: (request, io) =>
    searchLanes(lanesOf(request.query), request.cursor, (lane, at) => searchLane(lane, at, request, io)),

  async conversation({ post }, io) {
    const root = post.conversationExternalId ?? post.externalId;
    const items = await itemsOf(root, io);
    if (!items) return { posts: [], missing: [root], nextCursor: null };
    return { posts: items.posts, missing: missingOf(items.posts, items.missing), nextCursor: null };
  },

  async author(handle, io) {
    const answer = await askJson(io, {
      operation: 'users',
      url: address(io, `users/${encodeURIComponent(handle)}`),
      schema: UserAnswer,
      refused: REFUSED,
      isGone,
    });
    return answer && toAuthor(answer.data.username, answer.data.about);
  },

  async post(externalId, io) {
    const items = await itemsOf(externalId, io);
    return items?.posts.find((post) => post.externalId === externalId) ?? null;
  },
};

/** No more than 1,000 posts are given to one question, whatever the page; so each page is a question of its own, by time. */
async function searchLane(lane: Lane, at: string | null, { since }: SearchRequest, io: SourceIo): Promise<LanePage> {
  const before = readTimeCursor(at);
  const url = address(io, 'search_by_date');
  const filters = [
    ...(before.until === null ? [] : [`created_at_i<${before.until / 1000}`]),
    ...(since ? [`created_at_i>=${Math.floor(since.postedAt.getTime() / 1000)}`] : []),
  ];
  url.search = new URLSearchParams({
    ...(lane.kind === 'follow'
      ? { tags: `(story,comment,poll,job),author_${lane.text}` }
      : { tags: '(story,comment,poll,job)', query: wordsOf(lane) }),
    hitsPerPage: String(PAGE),
    ...(filters.length > 0 && { numericFilters: filters.join(',') }),
  }).toString();
  const answer = await askJson(io, { operation: 'search_by_date', url, schema: SearchAnswer, refused: REFUSED });
  const { hits = [], nbPages = 0 } = answer?.data ?? {};
  const placed = hits.map(({ objectID, created_at_i }) => ({ id: objectID, at: created_at_i * 1000 }));
  return {
    hits: hits.filter(({ objectID }) => !before.seen.has(objectID)).map(hitToPost),
    next: nbPages > 1 ? behind(placed, before, 1000) : null,
  };
}

/** Signs are not part of words there, so tags and names are phrases. */
const wordsOf = ({ kind, text }: Lane): string => (kind === 'keyword' ? text : `"${text.replaceAll('"', ' ')}"`);

async function itemsOf(id: string, io: SourceIo) {
  const answer = await askJson(io, {
    operation: 'items',
    url: address(io, `items/${encodeURIComponent(id)}`),
    schema: ItemAnswer,
    refused: REFUSED,
    isGone,
  });
  return answer?.data ?? null;
}

const isGone = (status: number): boolean => status === 404;

const address = (io: SourceIo, path: string): URL => new URL(`/api/v1/${path}`, Settings.parse(io.settings).service);
