/** What a loopback model answers next, whatever the wire format. */
export type Reply =
  | { kind: 'text'; text: string; inputTokens?: number; outputTokens?: number; isCutOff?: boolean }
  | { kind: 'tool-call'; name: string; input: unknown }
  | { kind: 'refuse'; status: number; retryAfterSeconds?: number }
  /** A page of HTML with status 200, as a captive portal answers. */
  | { kind: 'garbage' }
  /** Takes the request and never answers. */
  | { kind: 'stall' }
  /** Streams the text and closes the connection before the end is said. */
  | { kind: 'cut'; text: string };

/** One request as the service understood it, whatever the wire format. */
export interface SeenRequest {
  model: string;
  key: string | null;
  system: string | null;
  /** Role and text of each turn; a tool's result has the role `tool`, a tool call is written `name(json)`. */
  turns: { role: 'user' | 'assistant' | 'tool'; text: string }[];
  tools: { name: string; schema: unknown }[];
  maxOutputTokens: number | null;
  temperature: number | null;
  isStream: boolean;
  wantsJson: boolean;
}

export interface ModelServer extends Disposable {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** Queues answers; without one the server says 500. */
  reply(...replies: Reply[]): void;
  /** Resolves when a request has come that the server will not answer. */
  readonly stalled: Promise<void>;
  stop(): Promise<void>;
}

export interface WireFormat {
  /** Reads the request, throwing on anything the real service would refuse. */
  read(request: Request, body: unknown): SeenRequest;
  answer(reply: Extract<Reply, { kind: 'text' | 'tool-call' }>): unknown;
  /** The stream of `answer` in the service's events; without the last ones when it is cut. */
  events(reply: Extract<Reply, { kind: 'text' | 'tool-call' | 'cut' }>): string[];
  refusal(reply: Extract<Reply, { kind: 'refuse' }>): { body: unknown; headers?: Record<string, string> };
  /** Anything else the service serves, such as embeddings. */
  other?(request: Request, body: unknown): Response | undefined;
}

/** A service on 127.0.0.1 that speaks `wire`. Streams leave in pieces of 7 bytes, so that no event and no letter arrives whole. */
export function modelServer(wire: WireFormat): ModelServer {
  const replies: Reply[] = [];
  const requests: SeenRequest[] = [];
  const stalled = Promise.withResolvers<void>();
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 60,
    async fetch(request) {
      const body: unknown = await request.json();
      const other = wire.other?.(request, body);
      if (other) return other;
      let seen: SeenRequest;
      try {
        seen = wire.read(request, body);
      } catch (error) {
        return Response.json(
          { error: { code: 400, message: String(error), type: 'invalid_request_error' } },
          { status: 400 },
        );
      }
      requests.push(seen);
      return respond(wire, seen, replies.shift() ?? { kind: 'refuse', status: 500 }, stalled.resolve);
    },
  });
  return {
    url: server.url.origin,
    requests,
    reply: (...more) => void replies.push(...more),
    stalled: stalled.promise,
    stop: () => server.stop(true),
    [Symbol.dispose]: () => void server.stop(true),
  };
}

async function respond(wire: WireFormat, seen: SeenRequest, reply: Reply, onStall: () => void): Promise<Response> {
  switch (reply.kind) {
    case 'stall':
      onStall();
      return new Promise<Response>(() => {});
    case 'garbage':
      return new Response('<html><body>Sign in to the hotel network</body></html>', {
        headers: { 'content-type': 'text/html' },
      });
    case 'refuse': {
      const { body, headers } = wire.refusal(reply);
      return Response.json(body, { status: reply.status, ...(headers ? { headers } : {}) });
    }
    case 'cut':
      return eventStream(wire.events(reply));
    default:
      return seen.isStream ? eventStream(wire.events(reply)) : Response.json(wire.answer(reply));
  }
}

function eventStream(events: readonly string[]): Response {
  const bytes = new TextEncoder().encode(events.join(''));
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(sent, (sent += 7)));
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

/** Splits a text as a model's tokens would: by words, spaces kept. */
export function pieces(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}

export function bearer(request: Request): string | null {
  return request.headers.get('authorization')?.replace(/^Bearer /, '') ?? null;
}
