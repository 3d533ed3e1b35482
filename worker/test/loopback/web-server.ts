import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface WebRequest {
  method: string;
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** As far as `Content-Length` announced it. */
  body: string;
}

export interface Reply {
  /** A well-formed answer. `Content-Length` is added unless given; give it to lie. */
  send(status: number, headers?: Record<string, string | number>, body?: string | Uint8Array): void;
  /** Bytes as they are, for answers no well-behaved server gives. */
  socket: Socket;
  /** Settles when the client is gone, for answers that never end. */
  closed: Promise<unknown>;
}

export interface WebServer extends AsyncDisposable {
  /** `127.0.0.1:port`, as `allowPrivate` wants it. */
  host: string;
  origin: string;
  port: number;
  requests: WebRequest[];
}

/** A web server on raw sockets: it can lie, stall, drip and break off, which `Bun.serve` rightly refuses to do. */
export async function webServer(
  answer: (request: WebRequest, reply: Reply) => void | Promise<void>,
): Promise<WebServer> {
  const requests: WebRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const closed = new Promise((resolve) => socket.once('close', resolve)).then(() => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let head = '';
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const body = Buffer.from(head.slice(end + 4), 'latin1');
      const request = { ...parseHead(head.slice(0, end)), body: body.toString() };
      if (body.byteLength < Number(request.headers['content-length'] ?? 0)) return;
      head = '';
      requests.push(request);
      void answer(request, { send: sender(socket), socket, closed });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no port');

  return {
    host: `127.0.0.1:${address.port}`,
    origin: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function sender(socket: Socket): Reply['send'] {
  return (status, headers = {}, body = '') => {
    const bytes = Buffer.from(body);
    const all = { 'Content-Length': bytes.byteLength, Connection: 'close', ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`, 'latin1');
    socket.end(bytes);
  };
}

function parseHead(head: string): Omit<WebRequest, 'body'> {
  const [first = '', ...rest] = head.split('\r\n');
  const [method = '', path = ''] = first.split(' ');
  const headers = rest.filter(Boolean).map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { method, path, headers: Object.fromEntries(headers) };
}
