import type { Socket } from 'node:net';

const MAX_HEAD_BYTES = 64 * 1024;

/** The first request of a connection, as a proxy needs it. */
export interface ProxyHead {
  isTunnel: boolean;
  /** An address with a scheme; not checked yet. */
  target: string;
  /** Empty when the client sent none. */
  authorization: string;
  /** What the server gets first: the request as to a server, or what followed `CONNECT`. */
  forward: Buffer;
}

/**
 * Reads up to the empty line. Null when the client leaves, is too slow, or speaks no HTTP. The socket is paused then: nothing
 * that follows is lost.
 */
export async function readProxyHead(client: Socket, seconds: number): Promise<ProxyHead | null> {
  const chunks: Buffer[] = [];
  const whole = Promise.withResolvers<Buffer | null>();
  const timer = setTimeout(() => whole.resolve(null), seconds * 1000);
  const take = (chunk: Buffer) => {
    chunks.push(chunk);
    const all = Buffer.concat(chunks);
    if (all.includes('\r\n\r\n')) whole.resolve(all);
    else if (all.byteLength > MAX_HEAD_BYTES) whole.resolve(null);
  };
  const leave = () => whole.resolve(null);
  client.on('data', take);
  client.once('close', leave);
  const all = await whole.promise;
  clearTimeout(timer);
  client.pause();
  client.off('data', take);
  client.off('close', leave);
  return all && parseHead(all);
}

function parseHead(all: Buffer): ProxyHead | null {
  const end = all.indexOf('\r\n\r\n');
  const [first = '', ...lines] = all.subarray(0, end).toString('latin1').split('\r\n');
  const rest = all.subarray(end + 4);
  const [, method = '', target = '', version = ''] = /^([A-Z]{1,20}) (\S+) (HTTP\/1\.[01])$/.exec(first) ?? [];
  const headers = lines.map((line) => ({ name: line.split(':', 1)[0]!.trim().toLowerCase(), line }));
  const authorization =
    headers
      .find(({ name }) => name === 'proxy-authorization')
      ?.line.replace(/^[^:]*:/, '')
      .trim() ?? '';

  if (method === 'CONNECT') return { isTunnel: true, target: `https://${target}`, authorization, forward: rest };
  const url = URL.parse(target);
  if (method === '' || url?.protocol !== 'http:') {
    // Refused by the guard like any other address: only its words tell why.
    return method === '' ? null : { isTunnel: false, target, authorization, forward: rest };
  }
  // One request a connection: the next one may be for another host, which must be checked anew.
  const kept = headers
    .filter(({ name }) => !name.startsWith('proxy-') && name !== 'connection')
    .map(({ line }) => line);
  const request = [`${method} ${url.pathname}${url.search} ${version}`, ...kept, 'Connection: close'].join('\r\n');
  return {
    isTunnel: false,
    target,
    authorization,
    forward: Buffer.concat([Buffer.from(`${request}\r\n\r\n`, 'latin1'), rest]),
  };
}
