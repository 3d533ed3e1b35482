import type { IncomingMessage } from 'node:http';
import { NexusError } from '@nexus/shared/platform';
import { checkAddress, type AddressGuard, type CheckedAddress } from './address-guard.ts';
import { askDirectly, askThrough, type Asked } from './http-ask.ts';
import type { Deadline } from './http-deadline.ts';
import { connectionFailure } from './http-failure.ts';
import { checkProxied, checkProxy, type CheckedProxy } from './http-proxy.ts';

export interface Hop {
  /** Where the answer came from, after every redirect. */
  url: URL;
  response: IncomingMessage;
}

interface HopOptions extends Asked {
  guard: AddressGuard;
  maxRedirects: number;
  deadline: Deadline;
  /** As a user gave it; see `parseProxy`. */
  proxy?: string | undefined;
}

/** Asks for an address and follows redirects, each checked like the first. The body is not read yet; the caller must end it. */
export async function openResponse(
  input: string | URL,
  { guard, maxRedirects, deadline, proxy, ...first }: HopOptions,
): Promise<Hop> {
  const through = proxy === undefined ? null : await checkProxy(proxy, guard, deadline);
  const visited = new Set<string>();
  let target: string | URL = input;
  let asked: Asked = first;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const { url, response } = await askOnce(target, asked, { guard, through, deadline });
    visited.add(`${asked.method} ${url.href}`);
    const next = redirectOf(url, response, asked);
    if (!next) return { url, response };

    response.destroy();
    if (visited.has(`${next.asked.method} ${next.url.href}`)) {
      throw new NexusError('upstream-refused', `${url.host} redirects in a circle.`);
    }
    ({ url: target, asked } = next);
  }
  throw new NexusError('upstream-refused', `The address redirects more than ${maxRedirects} times.`);
}

async function askOnce(
  target: string | URL,
  asked: Asked,
  { guard, through, deadline }: { guard: AddressGuard; through: CheckedProxy | null; deadline: Deadline },
): Promise<Hop> {
  if (through) {
    const url = checkProxied(target, guard);
    return { url, response: await askThrough(through, url, asked, deadline) };
  }
  const checked = await checkReachable(target, guard, deadline);
  return { url: checked.url, response: await askDirectly(checked, asked, deadline) };
}

async function checkReachable(target: string | URL, guard: AddressGuard, deadline: Deadline): Promise<CheckedAddress> {
  try {
    return await deadline.race(checkAddress(target, guard));
  } catch (error) {
    // Anything else comes from the resolver, so the address has been parsed.
    throw error instanceof NexusError ? error : connectionFailure(error, new URL(target));
  }
}

/**
 * The request a redirect asks for, or null for an answer to keep. What was sent with a body is sent again only to the same origin
 * and only where the server says so (307, 308); 303 leads to a page to read; 301 and 302, which some clients turn into reading, are
 * an answer.
 */
function redirectOf(url: URL, response: IncomingMessage, asked: Asked): { url: URL; asked: Asked } | null {
  const { statusCode = 0 } = response;
  const { location } = response.headers;
  const isRead = asked.method === 'GET' || asked.method === 'HEAD';
  if (location === undefined || !(isRead ? [301, 302, 303, 307, 308] : [303, 307, 308]).includes(statusCode))
    return null;

  const next = URL.parse(location, url);
  if (!next) {
    response.destroy();
    throw new NexusError('upstream-refused', `${url.host} redirects to something that is not an address.`);
  }
  next.hash = '';
  // A caller's headers may hold a token meant for the first host alone.
  const headers = next.origin === url.origin ? asked.headers : withoutSecrets(asked.headers);
  if (isRead) return { url: next, asked: { ...asked, headers } };
  if (statusCode === 303)
    return { url: next, asked: { ...asked, method: 'GET', body: null, headers: withoutBody(headers) } };
  if (next.origin === url.origin) return { url: next, asked };
  response.destroy();
  throw new NexusError(
    'upstream-refused',
    `${url.host} wants what was sent to it sent on to ${next.host}, which is not done.`,
  );
}

function withoutSecrets(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) =>
        !['authorization', 'cookie', 'proxy-authorization'].includes(name.toLowerCase()) &&
        !/key|token|secret/i.test(name),
    ),
  );
}

function withoutBody(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^content-/i.test(name)));
}
