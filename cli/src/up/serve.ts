import type { Gateway } from '@nexus/embedded';
import { listen } from './listen.ts';
import type { RunningWeb } from './serve-web.ts';
import type { Settings } from './settings.ts';

export interface Front {
  /** From now on requests are answered; before, they are asked to come back in a second. */
  open(parts: { gateway: Gateway; web: RunningWeb }): void;
  stop(): Promise<void>;
}

/** The bucket's limit is 5 GB; TUS sends it in parts, a plain upload at once. */
const MOST_BODY_BYTES = 5 * 1024 ** 3 + 1024 ** 2;

/**
 * Listens on both ports: the gateway's own, for clients of Supabase, and the web's, where the same gateway answers below its
 * paths and `/api` is short for `/functions/v1/api`, so that a browser needs one origin and one open port.
 */
export function serve(settings: Settings): Front {
  let parts: { gateway: Gateway; web: RunningWeb } | undefined;
  const shared = {
    hostname: settings.NEXUS_HOST,
    maxRequestBodySize: MOST_BODY_BYTES,
    // Long answers stream and long uploads pause; clients have timeouts of their own.
    idleTimeout: 240,
    websocket: {
      open: (socket: Bun.ServerWebSocket<unknown>) => parts?.gateway.websocket.open?.(socket),
      message: (socket: Bun.ServerWebSocket<unknown>, message: string | Buffer<ArrayBuffer>) =>
        parts?.gateway.websocket.message?.(socket, message),
      close: (socket: Bun.ServerWebSocket<unknown>, code: number, reason: string) =>
        parts?.gateway.websocket.close?.(socket, code, reason),
      drain: (socket: Bun.ServerWebSocket<unknown>) => parts?.gateway.websocket.drain?.(socket),
    },
  };

  const gateway = listen(
    {
      ...shared,
      port: settings.NEXUS_API_PORT,
      fetch: (request, server) => (parts ? parts.gateway.fetch(withPeer(request, server), server) : starting()),
    },
    'NEXUS_API_PORT',
  );
  const web = (() => {
    try {
      return listen(
        {
          ...shared,
          port: settings.NEXUS_PORT,
          fetch(request, server) {
            if (!parts) return starting();
            const url = new URL(request.url);
            if (parts.gateway.serves(url.pathname)) return parts.gateway.fetch(withPeer(request, server), server);
            if (url.pathname === '/api' || url.pathname.startsWith('/api/')) {
              url.pathname = `/functions/v1${url.pathname}`;
              return parts.gateway.fetch(withPeer(new Request(url, request), server, request), server);
            }
            return parts.web.fetch(request, originOf(request, settings), peerOf(request, server));
          },
        },
        'NEXUS_PORT',
      );
    } catch (error) {
      void gateway.stop(true);
      throw error;
    }
  })();

  return {
    open: (opened) => void (parts = opened),
    async stop() {
      await Promise.all([gateway.stop(true), web.stop(true)]);
    },
  };
}

const starting = () =>
  new Response('Nexus is starting. Try again in a moment.\n', { status: 503, headers: { 'retry-after': '1' } });

const peerOf = (request: Request, server: Bun.Server<unknown>): string => server.requestIP(request)?.address ?? '';

/** Tells the API who is at the other end of the socket. Whatever a client wrote there itself is overwritten. */
function withPeer(request: Request, server: Bun.Server<unknown>, socketRequest = request): Request {
  request.headers.set('x-nexus-peer', peerOf(socketRequest, server));
  return request;
}

function originOf(request: Request, settings: Settings): string {
  if (settings.NEXUS_PUBLIC_URL) return settings.NEXUS_PUBLIC_URL;
  return `http://${request.headers.get('host') ?? `${settings.NEXUS_HOST}:${settings.NEXUS_PORT}`}`;
}
