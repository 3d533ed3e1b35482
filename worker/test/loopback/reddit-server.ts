import type { FoundPost } from '@nexus/shared/listening';
import { failingServer, JSON_TYPE } from './failing-server.ts';
import type { SourceLoopback, SourceShape, SourceWorld } from './source-world.ts';

const short = (id: string) => id.slice(3);

export const redditShape: SourceShape = {
  network: 'reddit',
  postId: (n, isReply) => `${isReply ? 't1' : 't3'}_1q${n.toString(36)}`,
  postUrl: (id) => `https://www.reddit.com/r/lighthouses/comments/${short(id)}/a_post/`,
  handle: (name) => `${name}_on_reddit`,
  authorId: (handle) => `t2_${handle.replaceAll('_', '')}`,
};

export interface RedditLoopback extends SourceLoopback {
  readonly asked: () => { url: URL; userAgent: string }[];
  /** Folded away below the first post, as `more`. */
  foldedIds: string[];
}

const BLOCKED = `<!doctype html><html><head><title>Blocked</title></head><body><h1>whoa there, pardner!</h1>
<p>Your request has been blocked due to a network policy.</p></body></html>`;

/** Answers as https://www.reddit.com does to those who are not signed in. */
export async function redditServer(world: SourceWorld): Promise<RedditLoopback> {
  const asked: { url: URL; userAgent: string }[] = [];
  const foldedIds: string[] = [];
  const server = await failingServer(
    {
      limitHeaders: () => ({ 'x-ratelimit-remaining': '0.0', 'x-ratelimit-used': '100', 'x-ratelimit-reset': '30' }),
      limitBody: '{"message": "Too Many Requests", "error": 429}',
      refusal: { status: 403, type: 'text/html', body: BLOCKED },
      changed: {
        type: JSON_TYPE,
        body: '{"kind":"Listing","data":{"children":[{"kind":"t3","data":{"id":"1","heading":"x"}}],"after":null}}',
      },
    },
    (url, request) => {
      asked.push({ url, userAgent: request.headers['user-agent'] ?? '' });
      const at = url.searchParams;
      if (/^(\/r\/[\w+]+)?\/search\.json$/.test(url.pathname)) return { body: search(world, at) };
      if (url.pathname === '/api/info.json')
        return { body: listing(world.hits.filter(({ externalId }) => externalId === at.get('id')).map(link)) };
      const [, id] = /^\/comments\/(\w+)\.json$/.exec(url.pathname) ?? [];
      if (id && id === short(world.thread.posts[0]!.externalId)) return { body: comments(world, foldedIds) };
      const [, name] = /^\/user\/(\w+)\/about\.json$/.exec(url.pathname) ?? [];
      const author = world.hits.find((post) => post.author.handle === name)?.author;
      if (author)
        return {
          body: { kind: 't2', data: { id: author.externalId.slice(3), name, verified: true, subreddit: null } },
        };
      return { status: 404, body: { message: 'Not Found', error: 404 } };
    },
  );
  return {
    host: server.host,
    settings: { site: server.origin },
    credentials: {},
    failNext: server.failNext,
    hanging: server.hanging,
    asked: () => asked,
    foldedIds,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const listing = (children: unknown[], after: string | null = null) => ({
  kind: 'Listing',
  data: { after, dist: children.length, modhash: '', geo_filter: '', children, before: null },
});

function search(world: SourceWorld, at: URLSearchParams) {
  const limit = Number(at.get('limit') ?? 25);
  const start = at.has('after') ? world.hits.findIndex(({ externalId }) => externalId === at.get('after')) + 1 : 0;
  const page = world.hits.slice(start, start + limit);
  return listing(page.map(link), world.hits.length > start + limit ? page.at(-1)!.externalId : null);
}

function link(post: FoundPost) {
  const [title = '', ...rest] = post.text.split('\n\n');
  return {
    kind: 't3',
    data: {
      ...common(post),
      title,
      selftext: rest.join('\n\n'),
      is_self: true,
      url: post.url,
      num_comments: post.engagement.replies,
      permalink: new URL(post.url).pathname,
      subreddit: 'lighthouses',
    },
  };
}

const common = (post: FoundPost) => ({
  id: short(post.externalId),
  name: post.externalId,
  author: post.author.handle,
  author_fullname: post.author.externalId,
  created_utc: post.postedAt.getTime() / 1000,
  edited: false,
  score: post.engagement.likes,
  ups: post.engagement.likes,
});

/** A deleted comment keeps its place and its answers. */
function comments(world: SourceWorld, foldedIds: readonly string[]) {
  const { posts, missing } = world.thread;
  const [root] = posts;
  const below = (id: string): unknown => {
    const answers = posts.filter(({ replyToExternalId }) => replyToExternalId === id).map(comment);
    return answers.length > 0 ? listing(answers) : '';
  };
  const comment = (post: FoundPost): unknown => ({
    kind: 't1',
    data: {
      ...common(post),
      body: post.text,
      link_id: root!.externalId,
      parent_id: post.replyToExternalId,
      permalink: `/r/lighthouses/comments/${short(root!.externalId)}/comment/${short(post.externalId)}/`,
      replies: below(post.externalId),
    },
  });
  const deleted = {
    kind: 't1',
    data: {
      ...common({ ...root!, externalId: missing }),
      author: '[deleted]',
      author_fullname: undefined,
      body: '[deleted]',
      link_id: root!.externalId,
      parent_id: root!.externalId,
      permalink: `/r/lighthouses/comments/${short(root!.externalId)}/comment/${short(missing)}/`,
      replies: below(missing),
    },
  };
  const more = {
    kind: 'more',
    data: {
      count: foldedIds.length,
      name: 't1_more',
      id: 'more',
      parent_id: root!.externalId,
      depth: 0,
      children: foldedIds,
    },
  };
  const answers = posts.filter(({ replyToExternalId }) => replyToExternalId === root!.externalId).map(comment);
  return [listing([link(root!)]), listing([...answers, deleted, ...(foldedIds.length > 0 ? [more] : [])])];
}
