import type { ServerWebSocket } from 'bun';

type Frame = [
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: Record<string, unknown>,
];

export interface RealtimeLoopback extends Disposable {
  url: string;
  /** Payloads of the joins seen so far. */
  joins: Record<string, unknown>[];
  broadcast(event: string, payload: unknown): void;
  /** Ends all connections and refuses new ones until `comeBack`. */
  goDown(): void;
  comeBack(): void;
  /** Tells the client that its token has run out, as the server does. */
  expire(): void;
}

/** Supabase Realtime's protocol 2.0.0, as far as one private broadcast channel needs it. */
export function realtimeLoopback(): RealtimeLoopback {
  const sockets = new Map<ServerWebSocket<undefined>, { topic: string; joinRef: string | null }>();
  const joins: Record<string, unknown>[] = [];
  let isDown = false;

  const send = (socket: ServerWebSocket<undefined>, frame: Frame) => socket.send(JSON.stringify(frame));

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request, listening) {
      if (isDown) return Response.json({ error: 'down' }, { status: 503 });
      return listening.upgrade(request) ? undefined : new Response('No socket', { status: 426 });
    },
    websocket: {
      message(socket, text) {
        const [joinRef, ref, topic, event, payload] = JSON.parse(String(text)) as Frame;
        if (event === 'phx_join') {
          joins.push({ topic, ...payload });
          sockets.set(socket, { topic, joinRef });
        }
        if (event === 'phx_join' || event === 'heartbeat' || event === 'phx_leave') {
          send(socket, [joinRef, ref, topic, 'phx_reply', { status: 'ok', response: { postgres_changes: [] } }]);
        }
      },
      close: (socket) => void sockets.delete(socket),
    },
  });

  return {
    url: `http://127.0.0.1:${server.port}`,
    joins,
    broadcast(event, payload) {
      for (const [socket, { topic }] of sockets) {
        send(socket, [null, null, topic, 'broadcast', { type: 'broadcast', event, payload }]);
      }
    },
    goDown() {
      isDown = true;
      for (const socket of sockets.keys()) socket.terminate();
    },
    comeBack: () => void (isDown = false),
    expire() {
      for (const [socket, { topic, joinRef }] of sockets) send(socket, [joinRef, null, topic, 'phx_close', {}]);
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
}
