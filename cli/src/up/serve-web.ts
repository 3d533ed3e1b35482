import { createServer } from 'node:http';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface RunningWeb {
  /** Answers a request for the web's own pages and files. */
  fetch(request: Request, origin: string, clientAddress: string): Promise<Response>;
  stop(): Promise<void>;
}

type NodeHandler = (request: unknown, response: unknown, next: () => void) => void;

/**
 * Runs the built web inside this process. adapter-node speaks Node's `http`, so it listens on a socket in the file system that
 * only this user can reach, and the front passes requests on to it.
 */
export async function serveWeb(options: {
  build: string;
  runDirectory: string;
  environment: Record<string, string>;
}): Promise<RunningWeb> {
  Object.assign(process.env, options.environment, {
    PROTOCOL_HEADER: 'x-forwarded-proto',
    HOST_HEADER: 'x-forwarded-host',
    ADDRESS_HEADER: 'x-forwarded-for',
    BODY_SIZE_LIMIT: '32M',
  });
  const { handler } = (await import(join(options.build, 'handler.js'))) as { handler: NodeHandler };
  const socketPath = join(options.runDirectory, 'web.sock');
  await rm(socketPath, { force: true });
  const server = createServer((request, response) =>
    handler(request, response, () => {
      response.statusCode = 404;
      response.end();
    }),
  );
  await new Promise<void>((done, failed) => server.once('error', failed).listen(socketPath, done));

  return {
    async fetch(request, origin, clientAddress) {
      const url = new URL(request.url);
      const { protocol, host } = new URL(origin);
      const headers = new Headers(request.headers);
      headers.set('x-forwarded-proto', protocol.slice(0, -1));
      headers.set('x-forwarded-host', host);
      headers.set('x-forwarded-for', clientAddress);
      return fetch(`http://web${url.pathname}${url.search}`, {
        unix: socketPath,
        method: request.method,
        headers,
        body: request.body,
        redirect: 'manual',
        // Passed on as it is: compressing twice would cost time and break lengths.
        decompress: false,
        signal: request.signal,
      });
    },
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
      await rm(socketPath, { force: true });
    },
  };
}
