import { z } from 'zod';
import { mayWrite } from './authorization.ts';
import { jsonBroadcast, userBroadcast, type Broadcast } from './broadcast.ts';
import { FrameError, parseJsonBytes } from './bounded-json.ts';
import type { Hub } from './hub.ts';
import type { RateLimit } from './limits.ts';
import type { Claims } from './tokens.ts';

const Batch = z.object({
  messages: z
    .array(
      z.object({
        topic: z.string().min(1),
        event: z.string().min(1),
        payload: z.record(z.string(), z.unknown()),
        private: z.boolean().default(false),
      }),
    )
    .min(1),
});

/** A request that is answered with this status and `{error}`. */
class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly status: 401 | 404 | 415 | 422 | 429,
    message: string,
  ) {
    super(message);
  }
}

/**
 * `POST …/api/broadcast` with `{messages: [{topic, event, payload, private}]}`, and
 * `POST …/api/broadcast/<topic>/events/<event>[?private=true]` with the payload as JSON or bytes: 202 without a body.
 * What the caller may not write to a private topic is dropped in silence, as over the socket.
 */
export async function answerBroadcast(hub: Hub, rate: RateLimit, request: Request, path: string): Promise<Response> {
  try {
    const claims = await callerOf(hub, request);
    const broadcasts = path === '/api/broadcast' ? await readBatch(hub, request) : await readSingle(hub, request, path);
    if (!rate.take(broadcasts.length)) throw new Refused(429, 'Too many messages to broadcast, please reduce the rate');
    for (const broadcast of await permittedOf(hub, claims, broadcasts)) hub.publish(broadcast);
    return new Response(null, { status: 202 });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const headers = error.status === 429 ? { 'retry-after': '1' } : undefined;
    return Response.json({ error: error.message, message: error.message }, { status: error.status, headers });
  }
}

async function callerOf(hub: Hub, request: Request): Promise<Claims> {
  const bearer = /^Bearer\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  const token = bearer ?? request.headers.get('apikey');
  if (!token) throw new Refused(401, 'Send an API key or an access token');
  const verdict = await hub.verify(token);
  if (!verdict.accepted) throw new Refused(401, verdict.message);
  return verdict.claims;
}

async function readBatch(hub: Hub, request: Request): Promise<Broadcast[]> {
  if (contentType(request) !== 'application/json') throw new Refused(415, 'Send application/json');
  const batch = Batch.safeParse(await readJson(hub, request));
  if (!batch.success) throw new Refused(422, z.prettifyError(batch.error));

  return batch.data.messages.map(({ topic, event, payload, private: isPrivate }) =>
    jsonBroadcast({ topic, isPrivate, envelope: { type: 'broadcast', event, payload } }),
  );
}

async function readSingle(hub: Hub, request: Request, path: string): Promise<Broadcast[]> {
  const [, topic, event] = /^\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/.exec(path) ?? [];
  if (!topic || !event) throw new Refused(404, 'Not found');
  const query = new URL(request.url).searchParams;
  if (query.has('persist') || query.has('persist[ttl]')) {
    throw new Refused(422, 'Storing a broadcast is not offered here. Call realtime.send() in the database instead');
  }
  const type = contentType(request);
  if (type !== 'application/json' && type !== 'application/octet-stream') {
    throw new Refused(415, 'Send application/json or application/octet-stream');
  }

  const encoding = type === 'application/json' ? 'json' : 'binary';
  const body = await readBody(hub, request);
  try {
    const message = { event: decodeURIComponent(event), encoding, body } as const;
    return [userBroadcast(decodeURIComponent(topic), query.get('private') === 'true', message)];
  } catch (error) {
    if (error instanceof FrameError || error instanceof URIError) throw new Refused(422, error.message);
    throw error;
  }
}

async function permittedOf(hub: Hub, claims: Claims, broadcasts: Broadcast[]): Promise<Broadcast[]> {
  const rights = new Map<string, boolean>();
  for (const { topic, isPrivate } of broadcasts) {
    if (!isPrivate || rights.has(topic)) continue;
    rights.set(topic, await mayWrite(hub.database, { topic, claims }, 'broadcast', hub.log));
  }
  return broadcasts.filter(({ topic, isPrivate }) => !isPrivate || rights.get(topic));
}

async function readJson(hub: Hub, request: Request): Promise<unknown> {
  const body = await readBody(hub, request);
  try {
    return parseJsonBytes(body);
  } catch (error) {
    if (error instanceof FrameError) throw new Refused(422, error.message);
    throw error;
  }
}

async function readBody(hub: Hub, request: Request): Promise<Uint8Array> {
  const tooLarge = () => new Refused(422, `A broadcast may have at most ${hub.limits.payloadBytes} bytes`);
  if (Number(request.headers.get('content-length') ?? 0) > hub.limits.payloadBytes) throw tooLarge();
  // Read in pieces: a body without a stated length may go on for ever.
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of request.body ?? []) {
    bytes += piece.length;
    if (bytes > hub.limits.payloadBytes) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function contentType(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
