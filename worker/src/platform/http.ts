import type { Socket } from 'node:net';
import { NexusError } from '@nexus/shared/platform';
import { checkAddress, resolveWithSystem, type AddressGuard, type ResolveHost } from './address-guard.ts';
import { type ForwardProxy, type ProxyOptions, startForwardProxy } from './forward-proxy.ts';
import { ACCEPTED_ENCODINGS, readBody } from './http-body.ts';
import { startDeadline, type Deadline } from './http-deadline.ts';
import { transfer, type Downloaded } from './http-download.ts';
import { connectionFailure } from './http-failure.ts';
import { openResponse } from './http-hop.ts';
import { openSocket } from './open-socket.ts';

export type { Downloaded } from './http-download.ts';
export type { ForwardProxy, ProxyOptions } from './forward-proxy.ts';

export interface HttpOptions {
  /** `host:port` as written in an address (`127.0.0.1:4567`, `nas.local:80`), allowed although it lies in a private network. */
  allowPrivate?: readonly string[];
  maxRedirects?: number;
  /** Before a broken download is taken up; doubled with each of five attempts. */
  resumeDelaySeconds?: number;
  userAgent?: string;
  resolve?: ResolveHost;
  /** PEM, trusted instead of the system's authorities. */
  authorities?: string;
}

export interface FetchOptions {
  signal?: AbortSignal;
  /** Of the decoded content. */
  maxBytes?: number;
  timeoutSeconds?: number;
  stallSeconds?: number;
  /** Authorisation, cookies and keys among them are not sent on to another host. */
  headers?: Record<string, string>;
  /**
   * `http://name:password@host:port` or `socks5://…`. Its own address is checked like any other; it resolves the target's name. A
   * proxy that cannot be reached is `upstream-down`, one that refuses the sign-in `upstream-refused`, and both say that it is the proxy.
   */
  proxy?: string | undefined;
}

export interface SendOptions extends FetchOptions {
  /** POST unless told. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Text is sent as UTF-8. The type of the content is the caller's header. */
  body?: string | Uint8Array;
}

export interface DownloadOptions extends FetchOptions {
  /** Called with every chunk, some hundred times a second; the total is null when the server does not say. */
  onProgress?: (progress: { receivedBytes: number; totalBytes: number | null }) => void;
}

export interface Fetched {
  finalUrl: string;
  /** Whatever the server answered; a 404 is an answer here. */
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/**
 * The only way to an address that a user or a page gave. Fails with `address-refused`, `too-large`, `stalled`, `canceled`,
 * `upstream-down`, `upstream-limited`, `upstream-refused`.
 */
export interface Http {
  /** Streams a file to `toPath`, which exists afterwards only when all of it came. At most 5 GiB in 6 hours unless told. */
  download(url: string, toPath: string, options?: DownloadOptions): Promise<Downloaded>;
  /** Reads a small answer into memory. At most 10 MB in 30 seconds unless told. */
  get(url: string, options?: FetchOptions): Promise<Fetched>;
  /**
   * Sends something and reads a small answer, with the limits of `get`. Never sent again after a break. Of redirects, 303 is read, 307
   * and 308 are followed within the same origin, 301 and 302 are answers.
   */
  send(url: string, options?: SendOptions): Promise<Fetched>;
  /** A connection for another protocol, such as SMTP, by the same guard. Fails as requests do. */
  connect(host: string, port: number, options?: { signal?: AbortSignal }): Promise<Socket>;
  /** The same guard for a child process that fetches by itself. Close it when the child has ended. */
  openProxy(options: ProxyOptions): Promise<ForwardProxy>;
}

interface Sent {
  method?: string;
  body?: Uint8Array | undefined;
  proxy?: string | undefined;
}

/** Built on `node:http`: `fetch` cannot be told which of a host's addresses to use, so a second look-up could lead it inside. */
export function createHttp(options: HttpOptions = {}): Http {
  const {
    allowPrivate = [],
    maxRedirects = 5,
    resumeDelaySeconds = 1,
    userAgent = 'Nexus',
    resolve = resolveWithSystem,
    authorities,
  } = options;
  const guard: AddressGuard = { allowPrivate: new Set(allowPrivate), resolve };
  const open = (url: string, headers: Record<string, string>, deadline: Deadline, sent: Sent = {}) =>
    openResponse(url, {
      guard,
      maxRedirects,
      deadline,
      authorities,
      method: sent.method ?? 'GET',
      headers: { 'user-agent': userAgent, accept: '*/*', ...headers },
      body: sent.body ?? null,
      proxy: sent.proxy,
    });
  const fetchSmall = async (url: string, sent: Sent, options: FetchOptions): Promise<Fetched> => {
    const { signal, maxBytes = 10e6, timeoutSeconds = 30, stallSeconds = 15, headers } = options;
    using deadline = startDeadline({ signal, timeoutSeconds, stallSeconds });
    const hop = await open(url, { 'accept-encoding': ACCEPTED_ENCODINGS, ...headers }, deadline, sent);
    const chunks = await Array.fromAsync(readBody(hop.response, { url: hop.url, maxBytes, deadline }));
    return {
      finalUrl: hop.url.href,
      status: hop.response.statusCode ?? 0,
      headers: Object.fromEntries(Object.entries(hop.response.headers).map(([name, value]) => [name, String(value)])),
      body: new Uint8Array(Buffer.concat(chunks)),
    };
  };

  return {
    async download(
      url,
      toPath,
      { signal, maxBytes = 5 * 1024 ** 3, timeoutSeconds = 21_600, stallSeconds = 60, headers, proxy, onProgress } = {},
    ) {
      using deadline = startDeadline({ signal, timeoutSeconds, stallSeconds });
      // Awaited here: the deadline ends with this block.
      return await transfer(toPath, {
        // Unpacked on the way, a broken transfer could not be taken up at a byte.
        open: (extra) => open(url, { 'accept-encoding': 'identity', ...headers, ...extra }, deadline, { proxy }),
        maxBytes,
        deadline,
        resumeDelaySeconds,
        ...(onProgress && { onProgress }),
      });
    },

    get: (url, options = {}) => fetchSmall(url, { proxy: options.proxy }, options),

    send: (url, { method = 'POST', body, proxy, ...options } = {}) =>
      fetchSmall(
        url,
        { method, proxy, body: typeof body === 'string' ? new TextEncoder().encode(body) : body },
        options,
      ),

    async connect(host, port, { signal } = {}) {
      const url = URL.parse(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
      if (!url)
        throw new NexusError(
          'address-refused',
          'This is not the name of a host. It should look like smtp.example.org.',
        );
      try {
        return await openSocket(await checkAddress(url, guard), signal);
      } catch (error) {
        throw error instanceof NexusError ? error : connectionFailure(error, url);
      }
    },

    openProxy: (proxyOptions) => startForwardProxy(guard, proxyOptions),
  };
}
