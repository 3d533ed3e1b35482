import type { FoundPost } from '@nexus/shared/listening';
import { failingServer, JSON_TYPE } from './failing-server.ts';
import type { SourceLoopback, SourceWorld } from './source-world.ts';

export interface XOfficialLoopback extends SourceLoopback {
  /** Paths with their parameters. */
  readonly asked: () => URL[];
}

const TOKEN = 'AAAA-a-bearer-token';

/** Answers as https://api.x.com/2 does: recent search, single posts, users by name. */
export async function xOfficialServer(world: SourceWorld): Promise<XOfficialLoopback> {
  const asked: URL[] = [];
  const server = await failingServer(
    {
      limitHeaders: (reset) => ({
        'x-rate-limit-limit': '450',
        'x-rate-limit-remaining': '0',
        'x-rate-limit-reset': String(reset.getTime() / 1000),
      }),
      limitBody: '{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}',
      refusal: {
        status: 403,
        type: JSON_TYPE,
        body: '{"title":"Forbidden","detail":"Forbidden","type":"about:blank","status":403}',
      },
      changed: { type: JSON_TYPE, body: '{"posts":[],"page":{}}' },
    },
    (url, { headers }) => {
      asked.push(url);
      if (headers.authorization !== `Bearer ${TOKEN}`) {
        return {
          status: 401,
          body: { title: 'Unauthorized', detail: 'Unauthorized', type: 'about:blank', status: 401 },
        };
      }
      const [, name = ''] = /^\/2\/users\/by\/username\/(.+)$/.exec(url.pathname) ?? [];
      if (name) return user(world, decodeURIComponent(name));
      return url.pathname.endsWith('/search/recent')
        ? { body: search(world, url.searchParams) }
        : onePost(world, url.pathname.split('/').at(-1)!);
    },
  );
  return {
    host: server.host,
    settings: { baseUrl: server.origin },
    credentials: { bearerToken: TOKEN },
    failNext: server.failNext,
    hanging: server.hanging,
    asked: () => asked,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function search(world: SourceWorld, at: URLSearchParams) {
  const [, root] = /conversation_id:(\d+)/.exec(at.get('query') ?? '') ?? [];
  const since = BigInt(at.get('since_id') ?? 0);
  const all =
    root === undefined ? world.hits : world.thread.posts.filter((post) => post.conversationExternalId === root);
  const found = all.filter(({ externalId }) => BigInt(externalId) > since);
  const start = Number(at.get('next_token') ?? 0);
  const size = Number(at.get('max_results'));
  const shown = found.slice(start, start + size);
  const next = start + size < found.length ? { next_token: String(start + size) } : {};
  if (shown.length === 0) return { meta: { result_count: 0 } };
  return { data: shown.map(view), includes: includes(world, shown), meta: { result_count: shown.length, ...next } };
}

function onePost(world: SourceWorld, id: string) {
  const post = [...world.hits, ...world.thread.posts].find(({ externalId }) => externalId === id);
  if (post) return { body: { data: view(post), includes: includes(world, [post]) } };
  const type = 'https://api.twitter.com/2/problems/resource-not-found';
  return { body: { errors: [{ value: id, detail: 'Could not find tweet', title: 'Not Found Error', type }] } };
}

function user(world: SourceWorld, name: string) {
  const author = world.hits.find((post) => post.author.handle === name)?.author;
  if (author) return { body: { data: userView(author) } };
  const type = 'https://api.twitter.com/2/problems/resource-not-found';
  return { body: { errors: [{ value: name, detail: 'Could not find user', title: 'Not Found Error', type }] } };
}

const userView = (author: FoundPost['author']) => ({
  id: author.externalId,
  username: author.handle,
  name: author.name,
  description: author.bio ?? '',
  verified: false,
  public_metrics: { followers_count: author.followers ?? 0, following_count: 1, tweet_count: 1, listed_count: 0 },
});

function includes({ quoted }: SourceWorld, posts: readonly FoundPost[]) {
  const along = quoted && posts.some(({ quotedExternalId }) => quotedExternalId === quoted.externalId) ? [quoted] : [];
  const authors = new Map([...posts, ...along].map(({ author }) => [author.externalId, userView(author)]));
  return { users: [...authors.values()], ...(along.length > 0 && { tweets: along.map(view) }) };
}

function view(post: FoundPost) {
  const text = post.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const references = [
    ...(post.replyToExternalId ? [{ type: 'replied_to', id: post.replyToExternalId }] : []),
    ...(post.quotedExternalId ? [{ type: 'quoted', id: post.quotedExternalId }] : []),
  ];
  const { likes, replies, reposts, quotes, views } = post.engagement;
  return {
    id: post.externalId,
    text: text.slice(0, 280),
    ...(text.length > 280 && { note_tweet: { text } }),
    author_id: post.author.externalId,
    created_at: post.postedAt.toISOString(),
    lang: post.language ?? 'und',
    conversation_id: post.conversationExternalId ?? post.externalId,
    edit_history_tweet_ids: [post.externalId],
    ...(references.length > 0 && { referenced_tweets: references }),
    public_metrics: {
      like_count: likes,
      reply_count: replies,
      retweet_count: reposts,
      quote_count: quotes,
      impression_count: views,
      bookmark_count: 0,
    },
  };
}
