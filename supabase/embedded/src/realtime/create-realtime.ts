import type { Server, WebSocketHandler } from 'bun';
import type { RealtimeDatabase } from './authorization.ts';
import { createConnection, type Connection, type SocketState } from './connection.ts';
import { answerBroadcast } from './http-broadcast.ts';
import { createHub, type Log } from './hub.ts';
import { DEFAULT_LIMITS, rateLimit, type RealtimeLimits } from './limits.ts';
import { followMessages } from './message-feed.ts';
import { pruneRegularly } from './prune-messages.ts';
import { tokenVerifier, type TokenSettings } from './tokens.ts';

export interface RealtimeSettings extends TokenSettings {
  /** PGlite with schema.sql applied; shared with everything else in the process. */
  database: RealtimeDatabase;
  limits?: Partial<RealtimeLimits>;
  /** Gets what goes wrong without anyone asking: slow clients, policies that fail. By default JSON lines on stderr. */
  log?: Log;
}

/** Mounted under `/realtime/v1/*` of as many `Bun.serve` servers as wanted: all of them share topics and presence. */
export interface Realtime {
  /** Undefined once the request has become a socket. */
  fetch(request: Request, server: Server<SocketState>): Promise<Response | undefined>;
  websocket: WebSocketHandler<SocketState>;
  /** Closes every socket (clients come back by themselves) and stops listening to the database. */
  stop(): Promise<void>;
}

const GOING_AWAY = 1001;
const MOUNTED_AT = '/realtime/v1';

export function createRealtime({
  database,
  jwtSecret,
  apiKeys,
  log = logToStderr,
  ...settings
}: RealtimeSettings): Realtime {
  const limits = { ...DEFAULT_LIMITS, ...settings.limits };
  const verify = tokenVerifier({ jwtSecret, apiKeys });
  const hub = createHub({ database, verify, limits, log });
  const connections = new Set<Connection>();
  let stopped = false;
  const httpRate = rateLimit(limits.httpMessagesPerSecond);

  const feed = followMessages(hub);
  hub.following = feed.ready;
  feed.ready.catch((error: unknown) => log({ event: 'realtime.not-following', problem: String(error) }));
  const stopPruning = pruneRegularly(database, log);
  const sweep = setInterval(closeIdle, (limits.idleSeconds * 1_000) / 4);
  sweep.unref();

  function closeIdle(): void {
    const since = performance.now() - limits.idleSeconds * 1_000;
    for (const connection of connections) if (connection.heardAt < since) connection.close(1000, 'No heartbeat');
  }

  async function upgrade(request: Request, server: Server<SocketState>, url: URL): Promise<Response | undefined> {
    const version = url.searchParams.get('vsn') ?? '1.0.0';
    if (version !== '1.0.0' && version !== '2.0.0') return refusal(400, `Unknown protocol version ${version}`);
    if (stopped) return refusal(503, 'Realtime is restarting');
    if (connections.size >= limits.sockets) return refusal(429, 'Too many connected users');

    const { headers } = request;
    const apiToken = url.searchParams.get('apikey') ?? headers.get('apikey') ?? headers.get('x-api-key');
    if (!apiToken) return refusal(401, 'Send the API key as `apikey`');
    const verdict = await verify(apiToken);
    if (!verdict.accepted) return refusal(401, verdict.message);

    if (server.upgrade(request, { data: { version, apiToken } })) return undefined;
    return refusal(426, 'This address expects a WebSocket');
  }

  return {
    async fetch(request, server) {
      const url = new URL(request.url);
      const path = url.pathname.startsWith(MOUNTED_AT) ? url.pathname.slice(MOUNTED_AT.length) : url.pathname;
      if (path === '/websocket') return upgrade(request, server, url);
      if (path === '/api/ping' && request.method === 'GET') return Response.json({ message: 'Success' });
      if (path.startsWith('/api/broadcast') && request.method === 'POST') {
        return answerBroadcast(hub, httpRate, request, path);
      }
      return refusal(404, 'Not found');
    },

    websocket: {
      // The idle limit is ours, below: Bun's would be kept alive by its own pings.
      idleTimeout: 0,
      // A frame carries names beside its payload; JSON in version 1.0.0 may escape it.
      maxPayloadLength: limits.payloadBytes * 2,
      backpressureLimit: limits.socketBufferBytes,
      closeOnBackpressureLimit: true,

      open(socket) {
        const connection = createConnection(hub, socket);
        socket.data.connection = connection;
        connections.add(connection);
      },
      message(socket, frame) {
        socket.data.connection?.receive(frame);
      },
      close(socket) {
        const { connection } = socket.data;
        if (!connection) return;
        connections.delete(connection);
        connection.dispose();
      },
    },

    async stop() {
      stopped = true;
      clearInterval(sweep);
      stopPruning();
      for (const connection of connections) connection.close(GOING_AWAY, 'Realtime is restarting');
      await feed.stop();
    },
  };
}

function refusal(status: number, error: string): Response {
  return Response.json({ error }, { status });
}

function logToStderr(event: Record<string, unknown>): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
}
