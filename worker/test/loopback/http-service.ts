import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface ServiceRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: string;
}

export interface ServiceAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string | object;
  /** The connection breaks instead of an answer, after all was done. */
  isCut?: boolean;
}

export interface HttpService extends AsyncDisposable {
  /** `127.0.0.1:port`, as `allowPrivate` wants it. */
  host: string;
  origin: string;
  requests: ServiceRequest[];
}

/** A web service on 127.0.0.1 that reads bodies, and can break off where its answer should be. */
export async function httpService(
  answer: (request: ServiceRequest) => ServiceAnswer | Promise<ServiceAnswer>,
  port = 0,
): Promise<HttpService> {
  const requests: ServiceRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const serve = async () => {
      const request = await read(incoming);
      requests.push(request);
      reply(outgoing, await answer(request));
    };
    void serve();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no port');
  return {
    host: `127.0.0.1:${address.port}`,
    origin: `http://127.0.0.1:${address.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function read(incoming: IncomingMessage): Promise<ServiceRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '/', 'http://service');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers as Record<string, string>,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function reply(outgoing: ServerResponse, { status, headers = {}, body = '', isCut }: ServiceAnswer): void {
  if (isCut) return void outgoing.socket?.destroy();
  const type = typeof body === 'string' ? 'text/plain' : 'application/json; charset=utf-8';
  outgoing.writeHead(status, { 'content-type': type, ...headers });
  outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
}
