import { request as requestPlain, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { NexusError } from '@nexus/shared/platform';
import { checkAddress, type AddressGuard, type CheckedAddress } from './address-guard.ts';
import type { Deadline } from './http-deadline.ts';
import { connectionFailure } from './http-failure.ts';

export interface Hop {
  /** Where the answer came from, after every redirect. */
  url: URL;
  response: IncomingMessage;
}

interface HopOptions {
  guard: AddressGuard;
  maxRedirects: number;
  headers: Record<string, string>;
  deadline: Deadline;
}

/** Asks for an address and follows redirects, each checked like the first. The body is not read yet; the caller must end it. */
export async function openResponse(
  input: string | URL,
  { guard, maxRedirects, headers, deadline }: HopOptions,
): Promise<Hop> {
  const visited = new Set<string>();
  let target: string | URL = input;
  let sent = headers;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const checked = await checkReachable(target, guard, deadline);
    const { url } = checked;
    if (visited.has(url.href)) throw new NexusError('upstream-refused', `${url.host} redirects in a circle.`);
    visited.add(url.href);

    const response = await ask(checked, sent, deadline);
    const location = isRedirect(response) ? response.headers.location : undefined;
    if (location === undefined) return { url, response };

    response.destroy();
    const next = URL.parse(location, url);
    if (!next) throw new NexusError('upstream-refused', `${url.host} redirects to something that is not an address.`);
    // A caller's headers may hold a token meant for the first host alone.
    if (next.origin !== url.origin) sent = withoutSecrets(sent);
    target = next;
  }
  throw new NexusError('upstream-refused', `The address redirects more than ${maxRedirects} times.`);
}

async function checkReachable(target: string | URL, guard: AddressGuard, deadline: Deadline): Promise<CheckedAddress> {
  try {
    return await deadline.race(checkAddress(target, guard));
  } catch (error) {
    // Anything else comes from the resolver, so the address has been parsed.
    throw error instanceof NexusError ? error : connectionFailure(error, new URL(target));
  }
}

async function ask(
  { url, pinned }: CheckedAddress,
  headers: Record<string, string>,
  deadline: Deadline,
): Promise<IncomingMessage> {
  const answered = Promise.withResolvers<IncomingMessage>();
  const options: RequestOptions = { agent: false, headers, lookup: pinnedLookup(pinned) };
  const request: ClientRequest = (url.protocol === 'https:' ? requestSecure : requestPlain)(url, options);
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
  request.end();
  try {
    return await deadline.race(answered.promise);
  } catch (error) {
    request.destroy();
    throw error instanceof NexusError ? error : connectionFailure(error, url);
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

function isRedirect({ statusCode = 0 }: IncomingMessage): boolean {
  return [301, 302, 303, 307, 308].includes(statusCode);
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
