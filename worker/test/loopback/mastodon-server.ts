import type { FoundAuthor, FoundPost } from '@nexus/shared/listening';
import { failingServer, JSON_TYPE } from './failing-server.ts';
import { paragraphs } from './markup.ts';
import type { SourceLoopback, SourceShape, SourceWorld } from './source-world.ts';

export interface MastodonLoopback extends AsyncDisposable {
  /** Ids carry the name of the server, so the shape is this server's. */
  readonly shape: SourceShape;
  readonly accessToken: string;
  readonly asked: () => { url: URL; isSignedIn: boolean }[];
  /** What this server knows from now on. Signed in or not, as the credentials say. */
  serve(world: SourceWorld, credentials: 'token' | 'none'): SourceLoopback;
}

const local = (id: string) => id.split('@')[0]!;

/** Answers as a Mastodon 4.4 server does: tags and authors to everybody, search to those with a token. */
export async function mastodonServer(): Promise<MastodonLoopback> {
  const accessToken = crypto.randomUUID();
  const asked: { url: URL; isSignedIn: boolean }[] = [];
  let world: SourceWorld;
  const server = await failingServer(
    {
      limitHeaders: (reset) => ({
        'x-ratelimit-limit': '300',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': reset.toISOString(),
      }),
      limitBody: '{"error":"Too many requests"}',
      refusal: { status: 401, type: JSON_TYPE, body: '{"error":"The access token is invalid"}' },
      changed: { type: JSON_TYPE, body: '[{"id":7,"body":"x"}]' },
    },
    (url, request) => {
      const isSignedIn = request.headers.authorization === `Bearer ${accessToken}`;
      asked.push({ url, isSignedIn });
      if (url.pathname === '/api/v2/search') return search(url.searchParams, isSignedIn);
      const path = url.pathname.replace('/api/v1/', '');
      if (path === 'accounts/lookup') return lookup(url.searchParams.get('acct') ?? '');
      const [, tag, accountId] = /^(?:timelines\/tag\/(.+)|accounts\/(.+)\/statuses)$/.exec(path) ?? [];
      if (tag) return timeline(world.hits, url);
      if (accountId)
        return timeline(
          world.hits.filter(({ author }) => local(author.externalId) === accountId),
          url,
        );
      const [, id, context] = /^statuses\/(\w+)(\/context)?$/.exec(path) ?? [];
      return id ? one(id, context !== undefined) : gone();
    },
  );
  const { host } = server;
  const gone = () => ({ status: 404, body: { error: 'Record not found' } });
  const quotedOf = (post: FoundPost) => (post.quotedExternalId ? world.quoted : null);
  const show = (post: FoundPost): object => status(post, host, quotedOf(post));

  function search(at: URLSearchParams, isSignedIn: boolean) {
    if (!isSignedIn) return { body: { accounts: [], statuses: [], hashtags: [] } };
    const offset = Number(at.get('offset') ?? 0);
    const page = world.hits.slice(offset, offset + Number(at.get('limit') ?? 20));
    return { body: { accounts: [], statuses: page.map(show), hashtags: [] } };
  }

  function timeline(posts: readonly FoundPost[], url: URL) {
    const limit = Number(url.searchParams.get('limit') ?? 20);
    const older = BigInt(url.searchParams.get('max_id') ?? '999999999999999999');
    const newer = BigInt(url.searchParams.get('since_id') ?? '0');
    const found = posts.filter(
      ({ externalId }) => BigInt(local(externalId)) < older && BigInt(local(externalId)) > newer,
    );
    const page = found.slice(0, limit);
    const next = new URL(url);
    next.searchParams.set('max_id', local(page.at(-1)?.externalId ?? ''));
    // As Mastodon does, a next page is named whenever there was one at all.
    const link = `<${next.href}>; rel="next", <${url.origin}${url.pathname}?min_id=1>; rel="prev"`;
    return { headers: page.length > 0 ? { link } : {}, body: page.map(show) };
  }

  function lookup(acct: string) {
    const author = world.hits.find((post) => post.author.handle === acct)?.author;
    return author ? { body: account(author, host) } : gone();
  }

  /** Who may not see a post sees those above it and its answers, not the post. */
  function one(id: string, isContext: boolean) {
    const { posts, missing } = world.thread;
    const all = new Map([...world.hits, ...posts].map((post) => [post.externalId, post]));
    const post = all.get(`${id}@${host}`);
    if (!post) return gone();
    if (!isContext) return { body: show(post) };
    const parentOf = (externalId: string) =>
      externalId === missing ? posts[0]!.externalId : (all.get(externalId)?.replyToExternalId ?? null);
    const above: string[] = [];
    for (let at = parentOf(post.externalId); at !== null; at = parentOf(at)) above.unshift(at);
    const isBelow = (answer: FoundPost): boolean => {
      for (let at = parentOf(answer.externalId); at !== null; at = parentOf(at))
        if (at === post.externalId) return true;
      return false;
    };
    return {
      body: {
        ancestors: above.flatMap((externalId) => all.get(externalId) ?? []).map(show),
        descendants: posts.filter(isBelow).map(show),
      },
    };
  }

  return {
    shape: {
      network: 'mastodon',
      postId: (n) => `${1_150_000_000_000 + n}@${host}`,
      postUrl: (id, handle) => `http://${host}/@${handle.split('@')[0]}/${local(id)}`,
      handle: (name) => (name === 'sailor' ? 'sailor@far.example' : `${name}@${host}`),
      authorId: (handle) => `${[...handle].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)}@${host}`,
    },
    accessToken,
    asked: () => asked,
    serve(next, credentials) {
      world = next;
      asked.length = 0;
      return {
        host,
        settings: { instance: server.origin },
        credentials: credentials === 'token' ? { accessToken, server: server.origin } : {},
        failNext: server.failNext,
        get hanging() {
          return server.hanging;
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function account(author: FoundAuthor, host: string) {
  const [username = '', of = ''] = author.handle.split('@');
  return {
    id: local(author.externalId),
    username,
    acct: of === host ? username : author.handle,
    display_name: author.name,
    note: `<p>${author.bio}</p>`,
    url: `http://${of}/@${username}`,
    avatar: `http://${host}/avatar.png`,
    followers_count: author.followers,
    emojis: [],
    fields: [],
  };
}

function status(post: FoundPost, host: string, quoted: FoundPost | null): object {
  return {
    id: local(post.externalId),
    created_at: post.postedAt.toISOString(),
    edited_at: post.editedAt?.toISOString() ?? null,
    in_reply_to_id: post.replyToExternalId && local(post.replyToExternalId),
    in_reply_to_account_id: null,
    sensitive: false,
    spoiler_text: '',
    visibility: 'public',
    language: post.language,
    uri: `${post.url}/activity`,
    url: post.url,
    replies_count: post.engagement.replies,
    reblogs_count: post.engagement.reposts,
    favourites_count: post.engagement.likes,
    quotes_count: post.engagement.quotes,
    content: paragraphs(post.text),
    reblog: null,
    account: account(post.author, host),
    media_attachments: [],
    mentions: post.entities.mentions.map((acct) => ({
      id: '1',
      username: acct,
      acct,
      url: `https://${host}/@${acct}`,
    })),
    tags: post.entities.hashtags.map((name) => ({ name, url: `https://${host}/tags/${name}` })),
    emojis: [],
    card: null,
    poll: null,
    ...(quoted && { quote: { state: 'accepted', quoted_status: status(quoted, host, null) } }),
  };
}
