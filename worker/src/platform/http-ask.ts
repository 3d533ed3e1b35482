import { request as requestPlain, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { NexusError } from '@nexus/shared/platform';
import type { CheckedAddress } from './address-guard.ts';
import type { Deadline } from './http-deadline.ts';
import { connectionFailure, errorCode } from './http-failure.ts';
import { authorityOf, proxyAuthorization, proxyFailure, signInRefused, type CheckedProxy } from './http-proxy.ts';
import { startRelay } from './http-relay.ts';
import { openTunnel } from './http-tunnel.ts';

/** One request: what is asked, without where. */
export interface Asked {
  method: string;
  headers: Record<string, string>;
  body: Uint8Array | null;
  /** Trusted instead of the system's authorities; PEM. */
  authorities?: string | undefined;
}

/** The answer of the checked address itself. Its body is not read yet. */
export async function askDirectly({ url, pinned }: CheckedAddress, asked: Asked, deadline: Deadline) {
  const { hostname, port, pathname, search } = url;
  const options = {
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: pathname + search,
    lookup: pinnedLookup(pinned),
  };
  return await ask(url, options, asked, deadline).catch((error: unknown) => {
    throw error instanceof NexusError ? error : connectionFailure(error, url);
  });
}

/** The same through a proxy: an absolute address for plain HTTP by an HTTP proxy, a tunnel for everything else. */
export async function askThrough(proxy: CheckedProxy, url: URL, asked: Asked, deadline: Deadline) {
  if (proxy.protocol === 'http' && url.protocol === 'http:') return await askAbsolute(proxy, url, asked, deadline);

  const relay = await startRelay(await openTunnel(url, proxy, deadline));
  try {
    const options = {
      host: '127.0.0.1',
      port: relay.port,
      path: url.pathname + url.search,
      servername: authorityOf(url).host,
    };
    const headers = { host: url.host, ...asked.headers };
    return await ask(url, options, { ...asked, headers }, deadline);
  } catch (error) {
    relay.close();
    throw error instanceof NexusError ? error : connectionFailure(error, url);
  }
}

async function askAbsolute(proxy: CheckedProxy, url: URL, asked: Asked, deadline: Deadline): Promise<IncomingMessage> {
  const headers = { host: url.host, ...asked.headers, ...proxyAuthorization(proxy) };
  let failure: unknown;
  for (const { address } of proxy.pinned) {
    const options = { host: address, port: proxy.port, path: url.href };
    try {
      const response = await ask(url, options, { ...asked, headers }, deadline);
      if (response.statusCode !== 407) return response;
      response.destroy();
    } catch (error) {
      // Another of its addresses may do; what was sent already is not sent again.
      if (errorCode(error) !== 'ECONNREFUSED') throw proxyFailure(error, proxy);
      failure = error;
      continue;
    }
    throw signInRefused(proxy);
  }
  throw proxyFailure(failure, proxy);
}

async function ask(
  { protocol }: URL,
  where: RequestOptions,
  { method, headers, body, authorities }: Asked,
  deadline: Deadline,
): Promise<IncomingMessage> {
  deadline.signal.throwIfAborted();
  const answered = Promise.withResolvers<IncomingMessage>();
  const sent = body === null ? headers : { ...headers, 'content-length': String(body.byteLength) };
  const options = { agent: false as const, method, headers: sent, ...where, ...(authorities && { ca: authorities }) };
  const request: ClientRequest = (protocol === 'https:' ? requestSecure : requestPlain)(options);
  const end = () => request.destroy();
  deadline.signal.addEventListener('abort', end, { once: true });
  request.once('close', () => deadline.signal.removeEventListener('abort', end));
  // Stays for the request's whole life: bytes after the body make the parser complain when nobody waits any more.
  request.on('error', answered.reject);
  request.once('response', (response) => {
    // A response that breaks is noticed where its body is read; without a listener it would end the process.
    response.on('error', () => request.destroy());
    answered.resolve(response);
  });
  if (body === null) request.end();
  else request.end(body);
  try {
    return await deadline.race(answered.promise);
  } catch (error) {
    request.destroy();
    throw error;
  }
}

/** Answers with the addresses that were checked, whatever DNS says by now. */
function pinnedLookup(pinned: CheckedAddress['pinned']): LookupFunction {
  return (_hostName, options, callback) => {
    const [first] = pinned;
    if (options.all || !first) callback(null, pinned);
    else callback(null, first.address, first.family);
  };
}
