import { SHIPPED_PROTOCOL } from '../../src/listening/sources/x/shipped-protocol.ts';
import { type Reply, webServer, type WebRequest, type WebServer } from './web-server.ts';
import { answerOf, type XContent } from './x-answers.ts';
import {
  missingFeatures,
  REFUSALS,
  SIGNED_OUT,
  USED_UP,
  type XFault,
  xFaults,
  type XFaultRule,
  type XOperationName,
  type XRefusal,
} from './x-faults.ts';
import { appPage, isTransactionId, script } from './x-page.ts';
import type { XShape } from './x-payloads.ts';
import { makePosts, type XPost } from './x-posts.ts';
import type { XEnd } from './x-search-page.ts';
import type { XThread } from './x-threads.ts';
import { xWindows } from './x-windows.ts';

export interface XServerOptions {
  /** Invented ones, the newest first, or how many to invent. By default 45. */
  posts?: number | readonly XPost[];
  shape?: XShape;
  /** Of a search; by default 20. */
  pageSize?: number;
  /** Requests of one account for one operation in a window; by default X's own. */
  window?: { requests: number; seconds: number };
  /** Values of `auth_token` that are signed in; absent: all. */
  accounts?: readonly string[];
  threads?: readonly XThread[];
  /** By default there is no cursor after the last post. */
  end?: XEnd;
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
  /** Takes back what `fail` said. */
  recover(): void;
  /** Settles when a request has come that is never answered. */
  hanging: Promise<void>;
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

/** X as far as it is read: its web app's page and scripts, and the GraphQL operations with their limits, cursors and failures. */
export async function xServer(options: XServerOptions = {}): Promise<XServer> {
  const { window = { requests: 50, seconds: 900 }, now = () => new Date() } = options;
  const posts =
    typeof options.posts === 'object' ? [...options.posts] : makePosts(options.posts ?? 45, { from: now() });
  const threads = [...(options.threads ?? [])];
  const gone = new Set<string>();
  const { shape = 'mixed', pageSize = 20, end = 'no-cursor', hasNoise = true, matches = () => true } = options;
  const content: XContent = { posts, threads, gone, shape, pageSize, end, hasNoise, matches };
  const ids = new Map(Object.entries(SHIPPED_PROTOCOL.operations).map(([name, { id }]) => [name, id]));
  const required = new Set<string>();
  const faults = xFaults();
  const windows = xWindows(window, now);
  const calls: XCall[] = [];
  const { promise: hanging, resolve: isHanging } = Promise.withResolvers<void>();
  let generation = 0;
  let pagesRead = 0;

  const server = await webServer((request, reply) => {
    const url = new URL(request.path, server.origin);
    const name = /\/x-web\/assets\/(.+)$/.exec(url.pathname)?.[1];
    if (url.pathname.startsWith(SHIPPED_PROTOCOL.graphqlPath)) return answerGraphql(request, url, reply);
    return name === undefined ? sendPage(request, reply) : sendScript(name, reply);
  });

  const isSignedIn = (account: string) => account !== '' && (options.accounts?.includes(account) ?? true);
  const bundledFeatures = () => ({
    ...SHIPPED_PROTOCOL.features,
    ...Object.fromEntries([...required].map((name) => [name, true])),
  });

  function sendPage(request: WebRequest, reply: Reply): void {
    pagesRead += 1;
    const html = appPage(server.origin, generation, isSignedIn(cookie(request, 'auth_token')), bundledFeatures());
    reply.send(200, { 'content-type': 'text/html; charset=utf-8' }, html);
  }

  function sendScript(name: string, reply: Reply): void {
    const features = Object.keys(bundledFeatures());
    const text = script(name, Object.fromEntries([...ids].map(([operation, id]) => [operation, { id, features }])));
    reply.send(text === null ? 404 : 200, { 'content-type': 'application/javascript' }, text ?? '');
  }

  function answerGraphql(request: WebRequest, url: URL, reply: Reply): void {
    const [, , operation = ''] = /\/graphql\/([\w-]+)\/(\w+)$/.exec(url.pathname) ?? [];
    const name = operation as XOperationName;
    const account = cookie(request, 'auth_token');
    const variables = JSON.parse(url.searchParams.get('variables') ?? '{}') as Record<string, unknown>;
    calls.push({ operation: name, account, variables, headers: request.headers });

    const fault = faults.take(account, name);
    if (fault === 'cut') return void reply.socket.destroy();
    if (fault === 'hang') return isHanging();
    if (fault === 'blocked') return reply.send(403, CLOUDFLARE, '<html>Just a moment...</html>');
    if (fault === 'not-found' || !isKnown(request, url)) return reply.send(404, { 'content-type': 'text/plain' });
    const refused = fault === 'window-used-up' ? null : fault && REFUSALS[fault];
    const { status, body, headers } = refused ??
      refusalOf(request, url, account, name, fault) ?? {
        status: 200,
        body: spoiled(answerOf(name, variables, content), fault),
        headers: {},
      };
    const all = { 'content-type': 'application/json; charset=utf-8', ...windows.headers(account, name), ...headers };
    reply.send(status, all, JSON.stringify(body));
  }

  /** The operation's address, and an id that the page's script would have made. */
  function isKnown({ headers }: WebRequest, { pathname }: URL): boolean {
    const [, id = '', operation = ''] = /\/graphql\/([\w-]+)\/(\w+)$/.exec(pathname) ?? [];
    const transaction = headers['x-client-transaction-id'] ?? '';
    return ids.get(operation) === id && isTransactionId(transaction, 'GET', pathname, generation, now());
  }

  function refusalOf(
    request: WebRequest,
    url: URL,
    account: string,
    name: XOperationName,
    fault: XFault | null,
  ): XRefusal | null {
    const token = cookie(request, 'ct0');
    const isTrusted = token !== '' && request.headers['x-csrf-token'] === token;
    const isApp = request.headers.authorization === `Bearer ${SHIPPED_PROTOCOL.bearer}`;
    if (!isSignedIn(account) || !isTrusted || !isApp) return SIGNED_OUT;
    const named = JSON.parse(url.searchParams.get('features') ?? '{}') as Record<string, boolean>;
    const missing = [...required].filter((feature) => named[feature] === undefined);
    if (missing.length > 0) return missingFeatures(missing);
    return !windows.use(account, name) || fault === 'window-used-up' ? USED_UP : null;
  }

  return {
    ...server,
    calls,
    hanging,
    pagesRead: () => pagesRead,
    fail: faults.tell,
    recover: faults.forget,
    add(...added) {
      posts.push(...added);
      posts.sort((a, b) => (a.id < b.id ? 1 : -1));
    },
    addThread: (thread) => void threads.push(thread),
    remove: (id) => void gone.add(id),
    posts: () => posts,
    renewPage: () => void (generation += 1),
    rename: (operation, id) => void ids.set(operation, id),
    requireFeatures: (...names) => names.forEach((feature) => required.add(feature)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const CLOUDFLARE = { 'content-type': 'text/html', server: 'cloudflare', 'cf-ray': '8a1' };

function cookie({ headers }: WebRequest, name: string): string {
  return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(headers.cookie ?? '')?.[1] ?? '';
}

/** Errors beside the data; or as if X had moved the texts of posts to where nobody looks. */
function spoiled(body: Record<string, unknown>, fault: XFault | null): unknown {
  if (fault === 'errors-beside-data')
    return { ...body, errors: [{ code: 131, message: 'Dependency: Internal error.' }] };
  if (fault !== 'changed-fields') return body;
  return JSON.parse(JSON.stringify(body).replaceAll('"full_text"', '"body_text"'));
}
