/** What a loopback model answers next, whatever the wire format. */
export type Reply =
  | { kind: 'text'; text: string; inputTokens?: number; outputTokens?: number; isCutOff?: boolean }
  | { kind: 'tool-call'; name: string; input: unknown }
  | Trouble;

/** What a service may do instead of answering, to models and embedders alike. */
export type Trouble =
  | { kind: 'refuse'; status: number; retryAfterSeconds?: number; retryAfterDate?: Date }
  /** A page of HTML with status 200, as a captive portal answers. */
  | { kind: 'garbage' }
  /** The page of a proxy whose service is down. */
  | { kind: 'error-page'; status: number }
  /** JSON, and no answer. */
  | { kind: 'wrong-json' }
  /** Status 200, and an error where the answer is due; in a stream after its first piece. */
  | { kind: 'error-inside'; status: 400 | 429 | 503 }
  /** An event stream whose events are no JSON. */
  | { kind: 'garbage-stream' }
  /** Begins an answer and falls silent. */
  | { kind: 'stall-inside' }
  /** Begins an answer and breaks the connection. */
  | { kind: 'reset' }
  /** Begins an answer and never comes to its end. */
  | { kind: 'endless' }
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
  /** What is answered while nothing is queued, read from the request. */
  replyBy(read: (request: SeenRequest) => Reply): void;
  /** What the next requests for embeddings get instead of vectors. */
  trouble(...troubles: Trouble[]): void;
  /** Requests for embeddings, those in trouble included. */
  readonly embeddingRequests: number;
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
  /** An error as it stands inside an answer with status 200. */
  errorInside(status: number): unknown;
  /** Anything else the service serves, such as embeddings. */
  other?(request: Request, body: unknown): Response | undefined;
}

/** A service on 127.0.0.1 that speaks `wire`. Streams leave in pieces of 7 bytes, so that no event and no letter arrives whole. */
export function modelServer(wire: WireFormat): ModelServer {
  const replies: Reply[] = [];
  let readReply: (request: SeenRequest) => Reply = () => ({ kind: 'refuse', status: 500 });
  const requests: SeenRequest[] = [];
  const troubles: Trouble[] = [];
  let embeddingRequests = 0;
  const stalled = Promise.withResolvers<void>();
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 60,
    // A connection that is broken on purpose is no news.
    error: () => new Response(null, { status: 500 }),
    async fetch(request) {
      const body: unknown = await request.json();
      const other = wire.other?.(request, body);
      if (other) {
        embeddingRequests += 1;
        const trouble = troubles.shift();
        return trouble ? respond(wire, false, trouble, stalled.resolve) : other;
      }
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
      return respond(wire, seen.isStream, replies.shift() ?? readReply(seen), stalled.resolve);
    },
  });
  return {
    url: server.url.origin,
    requests,
    reply: (...more) => void replies.push(...more),
    replyBy: (read) => void (readReply = read),
    trouble: (...more) => void troubles.push(...more),
    get embeddingRequests() {
      return embeddingRequests;
    },
    stalled: stalled.promise,
    stop: () => server.stop(true),
    [Symbol.dispose]: () => void server.stop(true),
  };
}

async function respond(wire: WireFormat, isStream: boolean, reply: Reply, onStall: () => void): Promise<Response> {
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
    case 'error-page':
      return new Response('<html><body>Bad gateway</body></html>', {
        status: reply.status,
        headers: { 'content-type': 'text/html' },
      });
    case 'wrong-json':
      return isStream ? eventStream(['data: {"hello":[1,2]}\n\n']) : Response.json({ hello: [1, 2] });
    case 'error-inside': {
      const error = wire.errorInside(reply.status);
      if (!isStream) return Response.json(error);
      return eventStream([...begun(wire), `data: ${JSON.stringify(error)}\r\n\r\n`]);
    }
    case 'garbage-stream':
      return eventStream(['data: <html>\n\n', 'data: {"half":\n\n']);
    case 'stall-inside':
      return unfinished(wire, isStream, () => new Promise(() => onStall()));
    case 'reset':
      return unfinished(wire, isStream, (controller) => controller.error(new Error('reset')));
    case 'endless':
      return endless(wire, isStream);
    case 'cut':
      return eventStream(wire.events(reply));
    default:
      return isStream ? eventStream(wire.events(reply)) : Response.json(wire.answer(reply));
  }
}

/** The first pieces of an answer that will not be finished. */
const begun = (wire: WireFormat): string[] => wire.events({ kind: 'cut', text: 'Once upon a' });

function unfinished(
  wire: WireFormat,
  isStream: boolean,
  end: (controller: ReadableStreamDefaultController<Uint8Array>) => unknown,
): Response {
  const beginning = isStream
    ? begun(wire).join('')
    : JSON.stringify(wire.answer({ kind: 'text', text: 'x' })).slice(0, 30);
  let isSent = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (isSent) return void (await end(controller));
      isSent = true;
      controller.enqueue(new TextEncoder().encode(beginning));
    },
  });
  return new Response(body, { headers: { 'content-type': isStream ? 'text/event-stream' : 'application/json' } });
}

/** Pieces of a megabyte, so that a limit is reached soon. */
function endless(wire: WireFormat, isStream: boolean): Response {
  const piece = isStream ? wire.events({ kind: 'cut', text: 'x'.repeat(1_000_000) }).at(-1)! : ' '.repeat(1_000);
  const bytes = new TextEncoder().encode(piece);
  let count = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      // Nobody is served a whole answer of white space; it only keeps the connection busy.
      if (!isStream && count > 10) await new Promise((resolve) => setTimeout(resolve, 20));
      controller.enqueue(count++ === 0 && isStream ? new TextEncoder().encode(begun(wire).join('')) : bytes);
    },
  });
  return new Response(body, { headers: { 'content-type': isStream ? 'text/event-stream' : 'application/json' } });
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

/** RFC 9110: seconds, or a date. */
export function retryAfter(seconds: number | undefined, date: Date | undefined): { headers?: Record<string, string> } {
  const value = date?.toUTCString() ?? seconds;
  return value === undefined ? {} : { headers: { 'retry-after': String(value) } };
}
