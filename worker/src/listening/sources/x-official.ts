import type { FoundPost } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import { askJson } from './ask-json.ts';
import { missingOf } from './missing-of.ts';
import { ownAddress } from './own-address.ts';
import { readCursor, searchLanes } from './search-lanes.ts';
import type { SearchRequest, SearchSource, SourceIo } from './search-source.ts';
import { queryStrings, type QuerySyntax } from './x/query-string.ts';
import { foundAuthor, foundPost, Includes, OfficialPost, OfficialUser, WANTED } from './x-official-post.ts';

/** Pay per use, since 2026: each post that comes, those that come along among them. */
const USD_PER_POST = 0.005;
const PAGE = 100;
/** Less is not answered. */
const LEAST = 10;
const DAYS_BACK = 7;
const REFUSED = 'check the bearer token and the credit of your X developer account.';

const Settings = z.object({ baseUrl: ownAddress('https://api.x.com') });
const Credentials = z.object({
  bearerToken: z.string().trim().min(10).describe('Bearer token of an app in X’s developer console'),
});

const Page = z.object({
  data: z.array(OfficialPost).default([]),
  includes: Includes.prefault({}),
  meta: z.object({ result_count: z.int(), next_token: z.string().optional() }),
});
const OnePost = z.object({ data: OfficialPost, includes: Includes.prefault({}) });
const OneUser = z.object({ data: OfficialUser });
type Page = z.infer<typeof Page>;

const SYNTAX: QuerySyntax = {
  mostCharacters: 512,
  narrowing: ({ withReposts }) => (withReposts ? [] : ['-is:retweet']),
};

/** X's paid interface, recent search (https://docs.x.com/x-api/posts/search/introduction): the lawful way for those who pay. */
export const xOfficial: SearchSource = {
  id: 'x-official',
  label: 'X, official API',
  description:
    'Posts on X of the last 7 days through its paid interface, by a bearer token. Each post read costs $0.005; 450 requests in 15 minutes.',
  network: 'x',
  settings: Settings,
  credentials: Credentials,
  limits: { pageSize: PAGE, searchesBackDays: DAYS_BACK, usdPerPost: USD_PER_POST },

  search: (request, io) =>
    searchLanes(queryStrings(request.query, SYNTAX), request.cursor, async (query, at) => {
      const page = await searchRecent(query, at, { request, io });
      return { ...split(page), next: page.meta.next_token ?? null };
    }),

  async conversation({ post, cursor }, io) {
    const root = post.conversationExternalId ?? post.externalId;
    const at = readCursor(z.object({ token: z.string() }), cursor);
    const first = at === null ? await readOne(root, io) : null;
    const page = await searchRecent(`conversation_id:${root}`, at?.token ?? null, { request: null, io });
    const { hits, context } = split(page);
    const posts = new Map([...(first ? [first] : []), ...hits].map((found) => [found.externalId, found]));
    const { next_token } = page.meta;
    const all = [...posts.values()];
    const isGone = at === null && first === null;
    // What is older is not found, and is there all the same; what is not on this page may be on the next.
    const isWhole = at === null && next_token === undefined && first !== null && isRecent(first.postedAt, io.now());
    return {
      posts: all,
      ...(context.length > 0 && { context: context.filter(({ externalId }) => !posts.has(externalId)) }),
      missing: isWhole ? missingOf(all) : isGone ? [root] : [],
      nextCursor: next_token === undefined ? null : JSON.stringify({ token: next_token }),
    };
  },

  async author(handle, io) {
    const path = `/2/users/by/username/${encodeURIComponent(handle)}`;
    const url = address(io, path, { 'user.fields': WANTED['user.fields'] });
    const answer = await ask(io, 'users.by.username', url, OneUser);
    return answer && foundAuthor(answer.data);
  },

  post: readOne,
};

async function readOne(externalId: string, io: SourceIo): Promise<FoundPost | null> {
  const url = address(io, `/2/tweets/${encodeURIComponent(externalId)}`, WANTED);
  const answer = await ask(io, 'tweets.id', url, OnePost);
  if (answer === null) return null;
  io.addCost(USD_PER_POST * (1 + answer.includes.tweets.length));
  return foundPost(answer.data, answer.includes);
}

async function searchRecent(
  query: string,
  token: string | null,
  { request, io }: { request: SearchRequest | null; io: SourceIo },
): Promise<Page> {
  const wanted = Math.min(PAGE, Math.max(LEAST, request?.limit ?? PAGE));
  const url = address(io, '/2/tweets/search/recent', {
    query,
    max_results: String(wanted),
    sort_order: 'recency',
    ...(token !== null && { next_token: token }),
    ...sinceOf(request, io.now()),
    ...WANTED,
  });
  const page = await ask(io, 'tweets.search.recent', url, Page);
  if (page === null)
    throw new NexusError(
      'upstream-changed',
      'X says that its recent search does not exist any more. Nexus has to be updated.',
    );
  io.addCost(USD_PER_POST * (page.data.length + page.includes.tweets.length));
  return page;
}

/** Numbers of more than 7 days ago are refused; then all there is comes, and it is newer. */
function sinceOf(request: SearchRequest | null, now: Date): Record<string, string> {
  const since = request?.since;
  if (!since || !/^\d+$/.test(since.externalId)) return {};
  return isRecent(since.postedAt, now) ? { since_id: since.externalId } : {};
}

/** With some minutes to spare. */
const isRecent = (at: Date, now: Date): boolean => now.getTime() - at.getTime() < (DAYS_BACK - 0.01) * 86_400_000;

function split({ data, includes }: Page) {
  const found = (posts: readonly OfficialPost[]) => posts.flatMap((post) => foundPost(post, includes) ?? []);
  const hits = found(data);
  const known = new Set(hits.map(({ externalId }) => externalId));
  return { hits, context: found(includes.tweets).filter(({ externalId }) => !known.has(externalId)) };
}

async function ask<Schema extends z.ZodType>(
  io: SourceIo,
  operation: string,
  url: URL,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  const { bearerToken } = Credentials.parse(io.credentials);
  const headers = { authorization: `Bearer ${bearerToken}` };
  const answer = await askJson(io, { operation, url, schema, headers, refused: REFUSED, isGone });
  return answer && answer.data;
}

/** What is not there is told with status 200 and an error in place of the data. */
const isGone = (status: number, body: string): boolean =>
  status === 404 || (status === 200 && !body.includes('"data"') && body.includes('resource-not-found'));

function address(io: SourceIo, path: string, parameters: Record<string, string>): URL {
  const url = new URL(`${Settings.parse(io.settings).baseUrl}${path}`);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}
