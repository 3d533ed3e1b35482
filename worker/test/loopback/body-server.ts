export interface BodyRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  text: string;
  bytes: number[];
}

export interface BodyServer extends AsyncDisposable {
  /** `127.0.0.1:port`, as `allowPrivate` wants it. */
  host: string;
  origin: string;
  port: number;
  requests: BodyRequest[];
}

interface BodyServerOptions {
  /** PEM; with it the server speaks TLS. */
  tls?: { key: string; cert: string };
}

/** A well-behaved web server that reads what is sent to it. */
export function bodyServer(
  answer: (request: BodyRequest) => Response | Promise<Response>,
  { tls }: BodyServerOptions = {},
): BodyServer {
  const requests: BodyRequest[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    ...(tls && { tls }),
    async fetch(received) {
      const { pathname, search } = new URL(received.url);
      const bytes = new Uint8Array(await received.arrayBuffer());
      const request = {
        method: received.method,
        path: pathname + search,
        headers: Object.fromEntries(received.headers),
        text: new TextDecoder().decode(bytes),
        bytes: [...bytes],
      };
      requests.push(request);
      return await answer(request);
    },
  });
  const port = server.port ?? 0;
  return {
    host: `127.0.0.1:${port}`,
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    async [Symbol.asyncDispose]() {
      await server.stop(true);
    },
  };
}
