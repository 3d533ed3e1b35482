import { isIPv6 } from 'node:net';
import { NexusError, parseProxy, type ProxyAddress } from '@nexus/shared/platform';
import ipaddr from 'ipaddr.js';
import {
  checkAddress,
  isPublicUnicast,
  parseAddress,
  type AddressGuard,
  type CheckedAddress,
} from './address-guard.ts';
import type { Deadline } from './http-deadline.ts';

/** A proxy whose own address passed the guard. */
export interface CheckedProxy extends ProxyAddress {
  pinned: CheckedAddress['pinned'];
}

/** The proxy's address is checked and pinned like any other: it is a user who gave it. */
export async function checkProxy(text: string, guard: AddressGuard, deadline: Deadline): Promise<CheckedProxy> {
  const proxy = parseProxy(text);
  try {
    const { pinned } = await deadline.race(checkAddress(`http://${proxy.hostName}:${proxy.port}/`, guard));
    return { ...proxy, pinned };
  } catch (error) {
    if (error instanceof NexusError && error.code === 'address-refused') {
      throw new NexusError(
        'address-refused',
        `The proxy ${proxy.shown} lies inside a private network. Allow it by NEXUS_FETCH_ALLOW, or use a public one.`,
        { cause: error },
      );
    }
    throw proxyFailure(error, proxy);
  }
}

/**
 * The proxy resolves the target's name, so only what is sure without looking up is refused here: other schemes, sign-ins, this
 * machine by name, and literal addresses inside.
 */
export function checkProxied(target: string | URL, guard: AddressGuard): URL {
  const url = parseAddress(target);
  const hostName = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const isInside = ipaddr.isValid(hostName) ? !isPublicUnicast(hostName) : /(^|\.)localhost$/.test(hostName);
  if (isInside && !guard.allowPrivate.has(`${url.hostname}:${port}`)) {
    throw new NexusError(
      'address-refused',
      `${hostName} lies inside a private network. Only public addresses can be fetched.`,
    );
  }
  return url;
}

/** What a failure on the way to the proxy, or in the talk with it, means to the user. */
export function proxyFailure(error: unknown, proxy: ProxyAddress): NexusError {
  if (error instanceof NexusError && error.code !== 'upstream-refused') return error;
  return new NexusError('upstream-down', `The proxy ${proxy.shown} cannot be reached.`, { cause: error });
}

export function signInRefused(proxy: ProxyAddress): NexusError {
  return new NexusError(
    'upstream-refused',
    `The proxy ${proxy.shown} refuses the sign-in. Check its name and password.`,
  );
}

/** The value of `Proxy-Authorization`, or none without a name. */
export function proxyAuthorization({ user, password }: ProxyAddress): Record<string, string> {
  if (user === '') return {};
  return { 'proxy-authorization': `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

/** `host:port` with the default ports written out, as `CONNECT` wants it. */
export function authorityOf(url: URL): { host: string; port: number; text: string } {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  return { host, port, text: `${isIPv6(host) ? `[${host}]` : host}:${port}` };
}
