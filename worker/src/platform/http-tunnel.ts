import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { NexusError } from '@nexus/shared/platform';
import type { Deadline } from './http-deadline.ts';
import { authorityOf, proxyAuthorization, proxyFailure, signInRefused, type CheckedProxy } from './http-proxy.ts';

const CONNECT_SECONDS = 20;
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * A connection that ends at the target, through the proxy: `CONNECT` (RFC 9110, 9.3.6) or SOCKS 5 (RFC 1928). Fails with
 * `upstream-down` when the proxy cannot be reached or cannot reach the target, `upstream-refused` when it does not want to.
 */
export async function openTunnel(target: URL, proxy: CheckedProxy, deadline: Deadline): Promise<Socket> {
  const socket = await reachProxy(proxy, deadline);
  const end = () => socket.destroy();
  deadline.signal.addEventListener('abort', end, { once: true });
  socket.once('close', () => deadline.signal.removeEventListener('abort', end));
  // Noticed where the socket is read; without a listener it would end the process.
  socket.on('error', end);
  try {
    await deadline.race(
      proxy.protocol === 'socks5' ? askSocks(socket, target, proxy) : askConnect(socket, target, proxy),
    );
    return socket;
  } catch (error) {
    socket.destroy();
    throw error instanceof NexusError ? error : proxyFailure(error, proxy);
  }
}

async function reachProxy(proxy: CheckedProxy, deadline: Deadline): Promise<Socket> {
  let failure: unknown;
  for (const { address, family } of proxy.pinned) {
    const socket = connect({ host: address, port: proxy.port, family });
    try {
      await deadline.race(once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_SECONDS * 1000) }));
      return socket;
    } catch (error) {
      socket.destroy();
      deadline.signal.throwIfAborted();
      failure = error;
    }
  }
  throw proxyFailure(failure, proxy);
}

async function askConnect(socket: Socket, target: URL, proxy: CheckedProxy): Promise<void> {
  const { text } = authorityOf(target);
  const headers = Object.entries({ host: text, ...proxyAuthorization(proxy) }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.write(`CONNECT ${text} HTTP/1.1\r\n${headers.join('')}\r\n`);
  const status = await readStatus(socket);
  if (status >= 200 && status < 300) return;
  if (status === 407) throw signInRefused(proxy);
  if (status >= 500) {
    throw new NexusError(
      'upstream-down',
      `The proxy ${proxy.shown} could not reach ${target.host} (it answered ${status}).`,
    );
  }
  throw notLetThrough(target, proxy, status === 0 ? 'it does not answer as a proxy does' : `it answered ${status}`);
}

/** The status of the proxy's answer, 0 for something else; what follows the head stays in the socket. */
async function readStatus(socket: Socket): Promise<number> {
  let head = Buffer.alloc(0);
  const answered = Promise.withResolvers<number>();
  const take = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0 && head.byteLength < MAX_HEAD_BYTES) return;
    socket.pause();
    if (end >= 0 && head.byteLength > end + 4) socket.unshift(head.subarray(end + 4));
    answered.resolve(end < 0 ? 0 : Number(/^HTTP\/1\.[01] (\d{3})\b/.exec(head.toString('latin1'))?.[1] ?? 0));
  };
  const leave = () => answered.reject(new Error('The proxy closed the connection'));
  socket.on('data', take);
  socket.once('close', leave);
  try {
    return await answered.promise;
  } finally {
    socket.off('data', take);
    socket.off('close', leave);
  }
}

async function askSocks(socket: Socket, target: URL, proxy: CheckedProxy): Promise<void> {
  // Few have such a proxy.
  const { SocksClient, SocksClientError } = await import('socks');
  const { host, port } = authorityOf(target);
  try {
    await SocksClient.createConnection({
      proxy: {
        host: proxy.pinned[0]?.address ?? proxy.hostName,
        port: proxy.port,
        type: 5,
        ...(proxy.user !== '' && { userId: proxy.user, password: proxy.password }),
      },
      command: 'connect',
      destination: { host, port },
      existing_socket: socket,
    });
  } catch (error) {
    if (!(error instanceof SocksClientError)) throw error;
    // The library tells one failure from another by its words alone.
    if (/authentication (failed|type)/i.test(error.message)) throw signInRefused(proxy);
    if (/rejected connection - (NotAllowed|CommandNotSupported|AddressNotSupported)/.test(error.message)) {
      throw notLetThrough(target, proxy, 'its rules forbid it');
    }
    if (error.message.includes('rejected connection')) {
      throw new NexusError('upstream-down', `The proxy ${proxy.shown} could not reach ${target.host}.`, {
        cause: error,
      });
    }
    throw error;
  }
}

function notLetThrough(target: URL, proxy: CheckedProxy, why: string): NexusError {
  return new NexusError(
    'upstream-refused',
    `The proxy ${proxy.shown} does not let us through to ${target.host}: ${why}.`,
  );
}
