import type { FoundAuthor, FoundPost } from '@nexus/shared/listening';
import { failingServer, JSON_TYPE } from './failing-server.ts';
import type { SourceLoopback, SourceShape, SourceWorld } from './source-world.ts';

const didOf = (handle: string) => `did:plc:${handle.replaceAll(/[^a-z]/g, '').padEnd(24, 'a')}`;

export const blueskyShape: SourceShape = {
  network: 'bluesky',
  postId: (n) => `at://${didOf('keeper.bsky.social')}/app.bsky.feed.post/3l${String(n).padStart(11, '2')}`,
  postUrl: (id, handle) => `https://bsky.app/profile/${handle}/post/${id.split('/').at(-1)}`,
  handle: (name) => `${name}.bsky.social`,
  authorId: didOf,
};

export interface BlueskyLoopback extends SourceLoopback {
  /** Paths with their parameters. */
  readonly asked: () => URL[];
  /** Nobody is let in to search without signing in, from now on. */
  close(): void;
  /** Of the one account there is. */
  readonly account: Record<string, string>;
  /** Ends the sessions there are. */
  signOut(): void;
}

/** Answers as https://api.bsky.app does to those who are not signed in: `cursor` of a search is refused, pages go by `until`. */
export async function blueskyServer(world: SourceWorld): Promise<BlueskyLoopback> {
  const asked: URL[] = [];
  const password = crypto.randomUUID();
  let token = crypto.randomUUID();
  let isClosed = false;
  const server = await failingServer(
    {
      limitHeaders: (reset) => ({
        'ratelimit-limit': '3000',
        'ratelimit-remaining': '0',
        'ratelimit-reset': String(reset.getTime() / 1000),
        'ratelimit-policy': '3000;w=300',
      }),
      limitBody: '{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}',
      refusal: {
        status: 403,
        type: 'text/html',
        body: '<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>',
      },
      changed: { type: JSON_TYPE, body: '{"posts":[{"uri":"at://x","post":{}}],"hitsTotal":1}' },
    },
    (url, { headers, body }) => {
      asked.push(url);
      const at = url.searchParams;
      const { authorization } = headers;
      if (authorization !== undefined && authorization !== `Bearer ${token}`)
        return { status: 400, body: { error: 'ExpiredToken', message: 'Token has expired' } };
      if (isClosed && authorization === undefined && url.pathname.endsWith('searchPosts')) return forbidden();
      switch (url.pathname) {
        case '/xrpc/app.bsky.feed.searchPosts':
          return at.has('cursor') ? forbidden() : { body: search(world, at) };
        case '/xrpc/app.bsky.feed.getAuthorFeed':
          return { body: authorFeed(world, at) };
        case '/xrpc/app.bsky.feed.getPostThread':
          return thread(world, at.get('uri') ?? '');
        case '/xrpc/app.bsky.feed.getPosts':
          return {
            body: { posts: world.hits.filter((post) => at.getAll('uris').includes(post.externalId)).map(view) },
          };
        case '/xrpc/app.bsky.actor.getProfile':
          return profile(world, at.get('actor') ?? '');
        case '/xrpc/com.atproto.server.createSession':
          if ((JSON.parse(body) as { password?: string }).password !== password)
            return {
              status: 401,
              body: { error: 'AuthenticationRequired', message: 'Invalid identifier or password' },
            };
          return { body: { accessJwt: token, refreshJwt: 'r', handle: 'we.bsky.social', did: 'did:plc:we' } };
        default:
          return { status: 404, body: { error: 'XRPCNotSupported', message: 'XRPCNotSupported' } };
      }
    },
  );
  return {
    host: server.host,
    settings: { service: server.origin },
    credentials: {},
    failNext: server.failNext,
    hanging: server.hanging,
    asked: () => asked,
    account: { handle: '@we.bsky.social', appPassword: password, server: server.origin },
    close: () => void (isClosed = true),
    signOut: () => void (token = crypto.randomUUID()),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const forbidden = () => ({ status: 403, headers: { 'content-type': 'text/html' }, body: '<h1>403 Forbidden</h1>' });

function search(world: SourceWorld, at: URLSearchParams) {
  const limit = Number(at.get('limit') ?? 25);
  const until = Date.parse(at.get('until') ?? '9999-01-01');
  const since = Date.parse(at.get('since') ?? '1970-01-01');
  const found = world.hits.filter(({ postedAt }) => postedAt.getTime() < until && postedAt.getTime() >= since);
  const quoted = world.quoted;
  return {
    posts: found.slice(0, limit).map((post) => ({
      ...view(post),
      ...(quoted && post.quotedExternalId === quoted.externalId && { embed: quote(quoted) }),
    })),
    hitsTotal: found.length,
    ...(found.length > limit && { cursor: String(limit) }),
  };
}

function authorFeed(world: SourceWorld, at: URLSearchParams) {
  const start = Number(at.get('cursor') ?? 0);
  const limit = Number(at.get('limit') ?? 50);
  const own = world.hits.filter(({ author }) => author.handle === at.get('actor'));
  return {
    feed: own.slice(start, start + limit).map((post) => ({ post: view(post) })),
    ...(own.length > start + limit && { cursor: String(start + limit) }),
  };
}

/** Branches below a deleted post are reached from their own posts alone. */
function thread(world: SourceWorld, uri: string): { status?: number; body: unknown } {
  const { posts } = world.thread;
  const anchor = [...posts, ...world.hits].find(({ externalId }) => externalId === uri);
  if (!anchor) return { status: 400, body: { error: 'NotFound', message: `Post not found: ${uri}` } };
  const replies = (to: string): unknown[] =>
    posts
      .filter(({ replyToExternalId }) => replyToExternalId === to)
      .map((post) => node(post, replies(post.externalId)));
  const parentOf = (post: FoundPost): unknown => {
    if (post.replyToExternalId === null) return undefined;
    const parent = posts.find(({ externalId }) => externalId === post.replyToExternalId);
    return parent
      ? { ...node(parent, []), parent: parentOf(parent) }
      : { $type: 'app.bsky.feed.defs#notFoundPost', uri: post.replyToExternalId, notFound: true };
  };
  return { body: { thread: { ...node(anchor, replies(uri)), parent: parentOf(anchor) } } };
}

const node = (post: FoundPost, replies: unknown[]) => ({
  $type: 'app.bsky.feed.defs#threadViewPost',
  post: view(post),
  replies,
});

function profile(world: SourceWorld, actor: string): { status?: number; body: unknown } {
  const author = world.hits.find((post) => post.author.handle === actor)?.author;
  if (!author) return { status: 400, body: { error: 'InvalidRequest', message: 'Profile not found' } };
  return { body: { ...person(author), description: author.bio, followersCount: author.followers, postsCount: 7 } };
}

const person = (author: FoundAuthor) => ({
  did: author.externalId,
  handle: author.handle,
  displayName: author.name,
  labels: [],
});

function record(post: FoundPost) {
  return {
    $type: 'app.bsky.feed.post',
    text: post.text,
    createdAt: post.postedAt.toISOString(),
    langs: post.language ? [post.language] : [],
    facets: facets(post),
    ...(post.replyToExternalId && {
      reply: {
        root: { cid: 'bafyroot', uri: post.conversationExternalId },
        parent: { cid: 'bafyparent', uri: post.replyToExternalId },
      },
    }),
  };
}

/** Places are counted in bytes of UTF-8. */
function facets({ text, entities }: FoundPost) {
  const at = (word: string, feature: object) => {
    const byteStart = Buffer.byteLength(text.slice(0, text.indexOf(word)));
    return { index: { byteStart, byteEnd: byteStart + Buffer.byteLength(word) }, features: [feature] };
  };
  return [
    ...entities.hashtags.map((tag) => at(`#${tag}`, { $type: 'app.bsky.richtext.facet#tag', tag })),
    ...entities.mentions.map((handle) =>
      at(`@${handle}`, { $type: 'app.bsky.richtext.facet#mention', did: didOf(handle) }),
    ),
    ...entities.links.map((uri) => at(uri, { $type: 'app.bsky.richtext.facet#link', uri })),
  ];
}

const counts = ({ engagement }: FoundPost) => ({
  likeCount: engagement.likes,
  replyCount: engagement.replies,
  repostCount: engagement.reposts,
  quoteCount: engagement.quotes,
});

const view = (post: FoundPost) => ({
  uri: post.externalId,
  cid: 'bafypost',
  author: person(post.author),
  record: record(post),
  ...counts(post),
  indexedAt: new Date(post.postedAt.getTime() + 400).toISOString(),
  labels: [],
});

const quote = (post: FoundPost) => ({
  $type: 'app.bsky.embed.record#view',
  record: {
    $type: 'app.bsky.embed.record#viewRecord',
    uri: post.externalId,
    cid: 'bafyquote',
    author: person(post.author),
    value: record(post),
    labels: [],
    ...counts(post),
    embeds: [],
    indexedAt: post.postedAt.toISOString(),
  },
});
