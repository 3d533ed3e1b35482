import { SHIPPED_PROTOCOL } from '../../src/listening/sources/x/shipped-protocol.ts';
import { type Reply, webServer, type WebRequest, type WebServer } from './web-server.ts';
import { appPage, isTransactionId, script } from './x-page.ts';
import { cursorEntry, type Payload, postEntry, userPayload, type XShape } from './x-payloads.ts';
import { makePosts, type XPost } from './x-posts.ts';
import { threadInstructions, type XThread } from './x-threads.ts';

export type XOperationName = 'SearchTimeline' | 'TweetDetail' | 'UserByScreenName';

/** Everything X is known to answer when it does not answer. */
export type XFault =
  | 'window-used-up'
  | 'banned'
  | 'locked'
  | 'signed-out'
  | 'forbidden'
  | 'stale-features'
  | 'load-shed'
  | 'not-found'
  | 'blocked'
  | 'cut'
  | 'hang'
  | 'server-error'
  | 'errors-beside-data'
  | 'changed-shape'
  | 'changed-fields';

export interface XFaultRule {
  /** Value of its `auth_token`; absent: every account. */
  account?: string;
  operation?: XOperationName;
  /** How often; absent: from now on. */
  times?: number;
}

export interface XServerOptions {
  /** Invented ones, the newest first, or how many to invent. By default 45. */
  posts?: number | readonly XPost[];
  shape?: XShape;
  /** Of a search. */
  pageSize?: number;
  /** Requests of one account for one operation in a window; by default X's own. */
  window?: { requests: number; seconds: number };
  /** Values of `auth_token` that are signed in; absent: all. */
  accounts?: readonly string[];
  threads?: readonly XThread[];
  /** What comes after the last post: nothing to go on with, empty pages with new cursors for ever, or the last page again and again. */
  end?: 'no-cursor' | 'empty-pages' | 'repeats';
  /** Advertisements and suggestions between the posts of the first page. By default there are. */
  hasNoise?: boolean;
  /** Which posts a query finds, beyond `since_id`, `since_time` and `until_time`. By default all. */
  matches?: (query: string, post: XPost) => boolean;
  now?: () => Date;
}

/** One request to an operation, as it arrived. */
export interface XCall {
  operation: XOperationName;
  account: string;
  variables: Record<string, unknown>;
  headers: Record<string, string>;
}

export interface XServer extends WebServer {
  /** GraphQL requests that reached an operation, in their order. */
  calls: XCall[];
  /** How often the page of the web app was read. */
  pagesRead(): number;
  /** Several are met in the order in which they were told. */
  fail(fault: XFault, rule?: XFaultRule): void;
  /** Settles when a request has come that is never answered. */
  hanging: Promise<void>;
  /** Takes back what `fail` said. */
  recover(): void;
  /** Newer posts: they are put in where their time is. */
  add(...posts: XPost[]): void;
  addThread(thread: XThread): void;
  /** Deletes a post wherever it stands. */
  remove(id: string): void;
  posts(): readonly XPost[];
  /** Earlier transaction ids do not hold any more. */
  renewPage(): void;
  /** Gives an operation another id, as X does with a release. */
  rename(operation: XOperationName, id: string): void;
  /** Features that requests have to name from now on. */
  requireFeatures(...names: string[]): void;
}

const ERRORS: Partial<Record<XFault, { status: number; code: number; message: string }>> = {
  banned: { status: 200, code: 88, message: 'Rate limit exceeded.' },
  locked: { status: 403, code: 326, message: 'Authorization: Denied by access control' },
  'signed-out': { status: 401, code: 32, message: 'Could not authenticate you.' },
  'stale-features': {
    status: 400,
    code: 336,
    message: 'The following features cannot be null: rweb_new_thing_enabled',
  },
  'load-shed': { status: 200, code: 29, message: 'LoadShed: Unspecified' },
};

/** X as far as it is read: its web app's page and scripts, and the GraphQL operations with their limits, cursors and failures. */
export async function xServer(options: XServerOptions = {}): Promise<XServer> {
  const { shape = 'mixed', pageSize = 20, window = { requests: 50, seconds: 900 }, end = 'no-cursor' } = options;
  const { hasNoise = true, matches = () => true, now = () => new Date() } = options;
  const posts =
    typeof options.posts === 'object' ? [...options.posts] : makePosts(options.posts ?? 45, { from: now() });
  const threads = [...(options.threads ?? [])];
  const gone = new Set<string>();
  const operations = Object.fromEntries(
    Object.entries(SHIPPED_PROTOCOL.operations).map(([name, { id }]) => [name, id]),
  ) as Record<XOperationName, string>;
  const required = new Set<string>();
  const faults: { fault: XFault; rule: XFaultRule; left: number }[] = [];
  const used = new Map<string, { count: number; resetsAt: number }>();
  const calls: XCall[] = [];
  const { promise: hanging, resolve: isHanging } = Promise.withResolvers<void>();
  let generation = 0;
  let pagesRead = 0;

  const server = await webServer((request, reply) => {
    const url = new URL(request.path, server.origin);
    const name = /\/x-web\/assets\/(.+)$/.exec(url.pathname)?.[1];
    if (url.pathname.startsWith(SHIPPED_PROTOCOL.graphqlPath)) return answerGraphql(request, url, reply);
    if (name !== undefined) return sendScript(name, reply);
    const account = cookie(request, 'auth_token');
    pagesRead += 1;
    const html = appPage(server.origin, generation, account !== '' && isSignedIn(account), bundledFeatures());
    reply.send(200, { 'content-type': 'text/html; charset=utf-8' }, html);
  });

  const isSignedIn = (account: string) => options.accounts?.includes(account) ?? true;
  const bundledFeatures = () => ({
    ...SHIPPED_PROTOCOL.features,
    ...Object.fromEntries([...required].map((name) => [name, true])),
  });

  function sendScript(name: string, reply: Reply): void {
    const features = Object.keys(bundledFeatures());
    const bundled = Object.entries(operations).map(([operation, id]) => [operation, { id, features }] as const);
    const text = script(name, Object.fromEntries(bundled));
    reply.send(text === null ? 404 : 200, { 'content-type': 'application/javascript' }, text ?? '');
  }

  function answerGraphql(request: WebRequest, url: URL, reply: Reply): void {
    const [, id, operation] = /\/graphql\/([\w-]+)\/(\w+)$/.exec(url.pathname) as unknown as [
      string,
      string,
      XOperationName,
    ];
    const account = cookie(request, 'auth_token');
    const variables = JSON.parse(url.searchParams.get('variables') ?? '{}') as Record<string, unknown>;
    const sendJson = (status: number, body: unknown, extra: Record<string, string | number> = {}) =>
      reply.send(
        status,
        { 'content-type': 'application/json; charset=utf-8', ...limits(account, operation), ...extra },
        JSON.stringify(body),
      );
    calls.push({ operation, account, variables, headers: request.headers });

    const fault = takeFault(account, operation);
    if (fault === 'cut') return void reply.socket.destroy();
    if (fault === 'hang') return isHanging();
    if (fault === 'server-error') return sendJson(503, { title: 'Service Unavailable' });
    if (fault === 'blocked') {
      return reply.send(
        403,
        { 'content-type': 'text/html', server: 'cloudflare', 'cf-ray': '8a1' },
        '<html>Just a moment...</html>',
      );
    }
    const transaction = request.headers['x-client-transaction-id'] ?? '';
    const isKnown = operations[operation] === id;
    if (fault === 'not-found' || !isKnown || !isTransactionId(transaction, 'GET', url.pathname, generation, now())) {
      return reply.send(404, { 'content-type': 'text/plain' });
    }
    const hasCsrf = request.headers['x-csrf-token'] === cookie(request, 'ct0') && cookie(request, 'ct0') !== '';
    if (
      !isSignedIn(account) ||
      account === '' ||
      !hasCsrf ||
      request.headers.authorization !== `Bearer ${SHIPPED_PROTOCOL.bearer}`
    ) {
      return sendJson(401, { errors: [{ code: 32, message: 'Could not authenticate you.' }] });
    }
    if (fault === 'forbidden') return sendJson(403, {});
    const error = fault && ERRORS[fault];
    if (error)
      return sendJson(error.status, {
        errors: [{ code: error.code, message: error.message }],
        ...(fault === 'load-shed' && { data: {} }),
      });
    const asked = JSON.parse(url.searchParams.get('features') ?? '{}') as Record<string, boolean>;
    const missing = [...required].filter((feature) => asked[feature] === undefined);
    if (missing.length > 0) {
      const message = `The following features cannot be null: ${missing.join(', ')}`;
      return sendJson(400, { errors: [{ code: 336, message }] });
    }
    if (!useWindow(account, operation) || fault === 'window-used-up') {
      return sendJson(
        429,
        { errors: [{ code: 88, message: 'Rate limit exceeded.' }] },
        { 'x-rate-limit-remaining': 0 },
      );
    }
    const body = answers[operation](variables);
    if (fault === 'changed-shape') return sendJson(200, { data: { timeline_v9: { sections: [] } } });
    if (fault === 'changed-fields') {
      return reply.send(
        200,
        { 'content-type': 'application/json', ...limits(account, operation) },
        withoutFields(body),
      );
    }
    if (fault === 'errors-beside-data') {
      return sendJson(200, { ...body, errors: [{ code: 131, message: 'Dependency: Internal error.' }] });
    }
    sendJson(200, body);
  }

  const answers: Record<XOperationName, (variables: Record<string, unknown>) => Payload> = {
    SearchTimeline: ({ rawQuery, cursor, count }) => {
      const { instructions } = searchPage(
        String(rawQuery),
        typeof cursor === 'string' ? cursor : null,
        Math.min(Number(count), pageSize),
      );
      return { data: { search_by_raw_query: { search_timeline: { timeline: { instructions } } } } };
    },
    TweetDetail: ({ focalTweetId, cursor }) => {
      const focalId = String(focalTweetId);
      const thread = threadOf(focalId);
      if (!thread || (gone.has(focalId) && typeof cursor !== 'string')) {
        return { errors: [{ code: 144, message: '_Missing: No status found with that ID.' }], data: {} };
      }
      const page = {
        thread,
        focalId,
        cursor: typeof cursor === 'string' ? cursor : null,
        shape,
        isGone: (id: string) => gone.has(id),
      };
      return { data: { threaded_conversation_with_injections_v2: { instructions: threadInstructions(page) } } };
    },
    UserByScreenName: ({ screen_name }) => {
      const author = posts.find(
        (post) => post.author.handle.toLowerCase() === String(screen_name).toLowerCase(),
      )?.author;
      return { data: author ? { user: { result: userPayload(author, shape) } } : {} };
    },
  };

  function threadOf(id: string): XThread | null {
    const known = threads.find(({ root, replies }) => root.id === id || replies.some((reply) => reply.id === id));
    if (known) return known;
    const root = posts.find((post) => post.id === id || post.earlierIds?.includes(id));
    return root ? { root, replies: [] } : null;
  }

  /** A cursor says behind which post the page begins, so that newer posts move nothing. */
  function searchPage(query: string, cursor: string | null, size: number): { instructions: Payload[] } {
    const found = posts.filter((post) => !gone.has(post.id) && isInside(query, post) && matches(query, post));
    const { after, page } = cursor === null ? { after: null, page: 0 } : decodeCursor(cursor);
    const start = after === null ? 0 : found.findIndex(({ id }) => id < after);
    const shown = start === -1 ? [] : found.slice(start, start + size);
    const isLast = start === -1 || start + size >= found.length;
    const last = shown.at(-1)?.id ?? after ?? '0';
    const repeated = isLast && end === 'repeats' && cursor !== null;
    const bottom = repeated ? cursor : encodeCursor({ after: last, page: page + 1 });
    const tweets = (repeated && shown.length === 0 ? found.slice(-size) : shown).map((post) => postEntry(post, shape));
    if (hasNoise && cursor === null) tweets.splice(1, 0, ...noise());
    const cursors = [
      cursorEntry('Top', `top${page}`, 'top-9223372036854775807'),
      ...(isLast && end === 'no-cursor' ? [] : [cursorEntry('Bottom', bottom, 'bottom-0')]),
    ];
    if (cursor === null) return { instructions: [{ type: 'TimelineAddEntries', entries: [...tweets, ...cursors] }] };
    const replaced = cursors.map((entry) => ({
      type: 'TimelineReplaceEntry',
      entry_id_to_replace: entry.entryId,
      entry,
    }));
    return { instructions: [{ type: 'TimelineAddEntries', entries: tweets }, ...replaced] };
  }

  const noise = (): Payload[] => {
    const [advert] = makePosts(1, { text: () => 'Buy now', quoteEvery: 0, from: new Date('2026-01-01T00:00:00Z') });
    const suggestion = {
      entryType: 'TimelineTimelineModule',
      items: [{ entryId: 'who-to-follow-1-user-7', item: {} }],
    };
    return [
      postEntry(advert!, shape, `promoted-tweet-${advert!.id}-4f`),
      { entryId: 'who-to-follow-1', sortIndex: '1', content: suggestion },
      { entryId: 'messageprompt-5', sortIndex: '1', content: { itemContent: { itemType: 'TimelineMessagePrompt' } } },
    ];
  };

  function useWindow(account: string, operation: XOperationName): boolean {
    const key = `${account} ${operation}`;
    const at = now().getTime() / 1000;
    const current = used.get(key);
    const state = current && current.resetsAt > at ? current : { count: 0, resetsAt: Math.floor(at) + window.seconds };
    used.set(key, state);
    state.count += 1;
    return state.count <= window.requests;
  }

  function limits(account: string, operation: XOperationName): Record<string, string | number> {
    const state = used.get(`${account} ${operation}`);
    const resetsAt = state?.resetsAt ?? Math.floor(now().getTime() / 1000) + window.seconds;
    return {
      'x-rate-limit-limit': window.requests,
      'x-rate-limit-remaining': Math.max(0, window.requests - (state?.count ?? 0)),
      'x-rate-limit-reset': resetsAt,
    };
  }

  function takeFault(account: string, operation: XOperationName): XFault | null {
    const found = faults.find(
      ({ rule, left }) =>
        left > 0 && (rule.account ?? account) === account && (rule.operation ?? operation) === operation,
    );
    if (found) found.left -= 1;
    return found?.fault ?? null;
  }

  return {
    ...server,
    calls,
    hanging,
    pagesRead: () => pagesRead,
    fail: (fault, rule = {}) => void faults.push({ fault, rule, left: rule.times ?? Infinity }),
    recover: () => void faults.splice(0),
    add(...added) {
      posts.push(...added);
      posts.sort((a, b) => (a.id < b.id ? 1 : -1));
    },
    addThread: (thread) => void threads.push(thread),
    remove: (id) => void gone.add(id),
    posts: () => posts,
    renewPage: () => void (generation += 1),
    rename: (operation, id) => void (operations[operation] = id),
    requireFeatures: (...names) => names.forEach((name) => required.add(name)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function cookie({ headers }: WebRequest, name: string): string {
  return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(headers.cookie ?? '')?.[1] ?? '';
}

const encodeCursor = (place: { after: string; page: number }): string =>
  `DAAC${Buffer.from(JSON.stringify(place)).toString('base64url')}`;
const decodeCursor = (cursor: string) =>
  JSON.parse(Buffer.from(cursor.slice(4), 'base64url').toString()) as { after: string; page: number };

function isInside(query: string, post: XPost): boolean {
  const number = (operator: string) => new RegExp(`\\b${operator}:(\\d+)`).exec(query)?.[1];
  const [sinceId, sinceTime, untilTime] = ['since_id', 'since_time', 'until_time'].map(number);
  const seconds = post.at.getTime() / 1000;
  return (
    (sinceId === undefined || BigInt(post.id) > BigInt(sinceId)) &&
    (sinceTime === undefined || seconds >= Number(sinceTime)) &&
    (untilTime === undefined || seconds < Number(untilTime))
  );
}

/** As if X had moved the texts of posts to where nobody looks. */
const withoutFields = (body: Payload): string => JSON.stringify(body).replaceAll('"full_text"', '"body_text"');
