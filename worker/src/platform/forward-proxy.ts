import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { checkAddress, type AddressGuard } from './address-guard.ts';
import { readProxyHead, type ProxyHead } from './forward-proxy-head.ts';
import { connectionFailure } from './http-failure.ts';
import { openSocket } from './open-socket.ts';

const HEAD_SECONDS = 15;
/** A connection on which neither side says anything. */
const IDLE_SECONDS = 120;
/** yt-dlp opens one at a time, its fragments some more. */
const MOST_CONNECTIONS = 64;

export interface ProxyOptions {
  /** What may come from outside through all connections together, heads and encryption included. */
  maxBytes: number;
  /** Called with every chunk from outside; what else would tell a slow transfer from a hanging one? */
  onReceived?: (bytes: number) => void;
}

/** A door for a child process that fetches by itself: it leads to public addresses only, whatever redirects or pages say. */
export interface ForwardProxy extends AsyncDisposable {
  /** With user and token, for `http_proxy`: other processes of this machine cannot use the door. */
  readonly url: string;
  /** Why the child failed, when the door was the reason: `address-refused` or `too-large`. */
  readonly refusal: NexusError | null;
  readonly receivedBytes: number;
}

/** HTTP proxy on a loopback port (RFC 9110, 7.6 and 9.3.6): `CONNECT` for TLS, absolute addresses for plain HTTP, nothing else. */
export async function startForwardProxy(guard: AddressGuard, options: ProxyOptions): Promise<ForwardProxy> {
  const token = randomBytes(24).toString('hex');
  const authorization = Buffer.from(`Basic ${Buffer.from(`nexus:${token}`).toString('base64')}`);
  const sockets = new Set<Socket>();
  let refusal: NexusError | null = null;
  let receivedBytes = 0;

  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Either side may leave at any moment; the other learns it by the close.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(IDLE_SECONDS * 1000, () => socket.destroy());
    return socket;
  };
  const refuse = (client: Socket, status: string, problem: NexusError) => {
    if (problem.code === 'address-refused' || problem.code === 'too-large') refusal ??= problem;
    client.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  };
  const receive = (client: Socket, server: Socket, chunk: Buffer) => {
    receivedBytes += chunk.byteLength;
    options.onReceived?.(chunk.byteLength);
    if (receivedBytes > options.maxBytes) {
      refusal ??= new NexusError('too-large', 'What comes from this address is larger than the limit.');
      for (const socket of sockets) socket.destroy();
    } else if (!client.write(chunk)) {
      server.pause();
      client.once('drain', () => server.resume());
    }
  };

  const serve = async (client: Socket): Promise<void> => {
    const head = await readProxyHead(client, HEAD_SECONDS);
    if (!head) return void client.destroy();
    const given = Buffer.from(head.authorization);
    if (given.byteLength !== authorization.byteLength || !timingSafeEqual(given, authorization)) {
      return refuse(client, '407 Proxy Authentication Required', new NexusError('forbidden', 'The token is missing.'));
    }
    const server = await reach(head, guard).catch((error: unknown) => {
      const problem = isProblem(error)
        ? error
        : connectionFailure(error, URL.parse(head.target) ?? new URL('http://x'));
      refuse(client, problem.code === 'address-refused' ? '403 Forbidden' : '502 Bad Gateway', problem);
      return null;
    });
    if (!server) return;
    track(server);
    if (client.destroyed) return void server.destroy();
    join(client, server, (chunk) => receive(client, server, chunk));
    if (head.isTunnel) client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.write(head.forward);
    client.resume();
  };

  const listener = createServer({ pauseOnConnect: false }, (client) => {
    if (sockets.size >= MOST_CONNECTIONS * 2) return void client.destroy();
    track(client);
    serve(client).catch(() => client.destroy());
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new NexusError('internal', 'The proxy has no port.');

  return {
    url: `http://nexus:${token}@127.0.0.1:${address.port}`,
    get refusal() {
      return refusal;
    },
    get receivedBytes() {
      return receivedBytes;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      if (!listener.listening) return;
      listener.close();
      await once(listener, 'close');
    },
  };
}

const reach = async (head: ProxyHead, guard: AddressGuard): Promise<Socket> =>
  openSocket(await checkAddress(head.target, guard));

function join(client: Socket, server: Socket, receive: (chunk: Buffer) => void): void {
  server.on('data', receive);
  server.once('end', () => client.end());
  server.once('close', () => client.end());
  client.on('data', (chunk: Buffer) => {
    if (server.write(chunk)) return;
    client.pause();
    server.once('drain', () => client.resume());
  });
  client.once('close', () => server.destroy());
}
