import type { FoundPost } from '@nexus/shared/listening';
import { failingServer, JSON_TYPE } from './failing-server.ts';
import { escapeMarkup } from './markup.ts';
import type { SourceLoopback, SourceShape, SourceWorld } from './source-world.ts';

export const hackernewsShape: SourceShape = {
  network: 'hackernews',
  postId: (n) => String(48_000_000 + n),
  postUrl: (id) => `https://news.ycombinator.com/item?id=${id}`,
  handle: (name) => name,
  authorId: (handle) => handle,
};

export interface HackernewsLoopback extends SourceLoopback {
  readonly asked: () => URL[];
}

/** Algolia gives no more than this to one question. */
const MOST_HITS = 1000;

/** Answers as https://hn.algolia.com/api/v1 does. */
export async function hackernewsServer(world: SourceWorld): Promise<HackernewsLoopback> {
  const asked: URL[] = [];
  const server = await failingServer(
    {
      limitHeaders: (reset) => ({ 'retry-after': reset.toUTCString() }),
      limitBody: '{"message":"Too many requests","status":429}',
      refusal: { status: 403, type: JSON_TYPE, body: '{"message":"Forbidden","status":403}' },
      changed: { type: JSON_TYPE, body: '{"results":[],"nbPages":1}' },
    },
    (url) => {
      asked.push(url);
      const [, kind, name = ''] = /^\/api\/v1\/(\w+)(?:\/(.+))?$/.exec(url.pathname) ?? [];
      if (kind === 'search_by_date') return { body: search(world, url.searchParams) };
      if (kind === 'items') return item(world, name);
      const author = kind === 'users' && world.hits.find((post) => post.author.handle === name)?.author;
      if (author) return { body: { username: author.handle, about: author.bio, karma: 99 } };
      return { status: 404, body: { error: 'Not Found', status: 404 } };
    },
  );
  return {
    host: server.host,
    settings: { service: server.origin },
    credentials: {},
    failNext: server.failNext,
    hanging: server.hanging,
    asked: () => asked,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const seconds = ({ postedAt }: FoundPost) => postedAt.getTime() / 1000;
const splitTitle = (text: string): [string, string] => {
  const [title = '', ...rest] = text.split('\n\n');
  return [title, rest.join('\n\n')];
};
/** The first paragraph is not marked, as Hacker News leaves it. */
const html = (text: string) => text.split('\n\n').map(escapeMarkup).join('<p>');

function search(world: SourceWorld, at: URLSearchParams) {
  const filters = (at.get('numericFilters') ?? '').split(',').filter(Boolean);
  const author = /author_(\w+)/.exec(at.get('tags') ?? '')?.[1];
  const found = world.hits.filter(
    (post) =>
      (!author || post.author.handle === author) &&
      filters.every((filter) => {
        const [, sign, value] = /^created_at_i(<|>=)(\d+)$/.exec(filter)!;
        return sign === '<' ? seconds(post) < Number(value) : seconds(post) >= Number(value);
      }),
  );
  const perPage = Number(at.get('hitsPerPage') ?? 20);
  const page = Number(at.get('page') ?? 0);
  const reachable = found.slice(0, MOST_HITS);
  return {
    hits: reachable.slice(page * perPage, (page + 1) * perPage).map((post) => {
      const [title, body] = splitTitle(post.text);
      return {
        objectID: post.externalId,
        author: post.author.handle,
        created_at: post.postedAt.toISOString(),
        created_at_i: seconds(post),
        title,
        story_text: html(body),
        points: post.engagement.likes,
        num_comments: post.engagement.replies,
        story_id: Number(post.externalId),
        children: [],
        _tags: ['story', `author_${post.author.handle}`, `story_${post.externalId}`],
        _highlightResult: {},
      };
    }),
    nbHits: found.length,
    nbPages: Math.ceil(reachable.length / perPage),
    page,
    hitsPerPage: perPage,
  };
}

function item(world: SourceWorld, id: string): { status?: number; body: unknown } {
  const all = [...world.thread.posts, ...world.hits];
  const post = all.find(({ externalId }) => externalId === id);
  if (!post) return { status: 404, body: { error: 'Not Found', status: 404 } };
  return { body: toItem(world, post) };
}

function toItem(world: SourceWorld, post: FoundPost): unknown {
  const { posts, missing } = world.thread;
  const root = posts[0]!.externalId;
  const isStory = post.replyToExternalId === null;
  const [title, body] = splitTitle(post.text);
  const below = (id: string) =>
    posts.filter(({ replyToExternalId }) => replyToExternalId === id).map((answer) => toItem(world, answer));
  return {
    ...bare(post.externalId, root, seconds(post), below(post.externalId)),
    type: isStory ? 'story' : 'comment',
    author: post.author.handle,
    title: isStory ? title : null,
    text: html(isStory ? body : post.text),
    points: isStory ? post.engagement.likes : null,
    parent_id: isStory ? null : Number(post.replyToExternalId),
    ...(post.externalId === root && {
      children: [
        ...below(root),
        { ...bare(missing, root, seconds(post) + 5, below(missing)), parent_id: Number(root) },
      ],
    }),
  };
}

/** What is left of a comment that was deleted; its place and its answers stay. */
const bare = (id: string, root: string, createdAt: number, children: unknown[]) => ({
  id: Number(id),
  created_at: new Date(createdAt * 1000).toISOString(),
  created_at_i: createdAt,
  type: 'comment',
  author: null,
  title: null,
  url: null,
  text: null,
  points: null,
  parent_id: null,
  story_id: Number(root),
  children,
  options: [],
});
