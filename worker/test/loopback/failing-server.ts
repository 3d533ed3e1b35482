import { LIMIT_SECONDS, WORLD_NOW, type SourceFailure } from './source-world.ts';
import { type Reply, type WebRequest, type WebServer, webServer } from './web-server.ts';

export interface FailingServer extends WebServer {
  failNext(...failures: SourceFailure[]): void;
  readonly hanging: Promise<void>;
}

export interface Wire {
  /** How this network says when to come back, beside its 429. */
  readonly limitHeaders: (resetAt: Date) => Record<string, string>;
  readonly limitBody?: string;
  readonly refusal: { readonly status: number; readonly type: string; readonly body: string };
  /** Well-formed, and not what it was. */
  readonly changed: { readonly type: string; readonly body: string };
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/** A web server whose next answers can be made to fail as a network's do; otherwise `answer` gives status, headers and body. */
export async function failingServer(
  wire: Wire,
  answer: (url: URL, request: WebRequest) => { status?: number; headers?: Record<string, string>; body: unknown },
): Promise<FailingServer> {
  const failures: SourceFailure[] = [];
  const { promise: hanging, resolve: hangs } = Promise.withResolvers<void>();
  const server = await webServer((request, reply) => {
    const failure = failures.shift();
    if (failure === 'hang') return hangs();
    if (failure) return fail(failure, wire, reply);
    const { status = 200, headers, body } = answer(new URL(request.path, server.origin), request);
    const isText = typeof body === 'string';
    reply.send(status, { 'content-type': JSON_TYPE, ...headers }, isText ? body : JSON.stringify(body));
  });
  return Object.assign(server, {
    failNext: (...kinds: SourceFailure[]) => void failures.push(...kinds),
    hanging,
  });
}

function fail(failure: Exclude<SourceFailure, 'hang'>, wire: Wire, reply: Reply): void {
  switch (failure) {
    case 'limit':
      return reply.send(
        429,
        { 'content-type': JSON_TYPE, ...wire.limitHeaders(new Date(WORLD_NOW.getTime() + LIMIT_SECONDS * 1000)) },
        wire.limitBody ?? '{"error":"RateLimitExceeded"}',
      );
    case 'down':
      return reply.send(503, { 'content-type': 'text/html' }, '<h1>Service Unavailable</h1>');
    case 'cut':
      return reply.send(200, { 'content-type': JSON_TYPE, 'Content-Length': 5000 }, '{"posts":[');
    case 'refuse':
      return reply.send(wire.refusal.status, { 'content-type': wire.refusal.type }, wire.refusal.body);
    case 'change':
      return reply.send(200, { 'content-type': wire.changed.type }, wire.changed.body);
  }
}
