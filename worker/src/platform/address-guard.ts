import { lookup as lookupHost } from 'node:dns/promises';
import { NexusError } from '@nexus/shared/platform';
import ipaddr from 'ipaddr.js';

/** All addresses of a host, as text. An address literal resolves to itself. */
export type ResolveHost = (hostName: string) => Promise<string[]>;

export interface AddressGuard {
  /** `host:port` pairs, as written in a URL, that an operator allows although they lie inside. */
  allowPrivate: ReadonlySet<string>;
  resolve: ResolveHost;
}

/** An address that passed, with the addresses its connection is pinned to: no second look-up can change them. */
export interface CheckedAddress {
  url: URL;
  pinned: { address: string; family: 4 | 6 }[];
}

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** The system's resolver, the hosts file included. */
export const resolveWithSystem: ResolveHost = async (hostName) => {
  const found = await lookupHost(hostName, { all: true });
  return found.map(({ address }) => address);
};

/** Reads what a user gave as an address: http or https, no sign-in inside, no final dot. Fails with `address-refused`. */
export function parseAddress(input: string | URL): URL {
  const url = URL.parse(input);
  if (!url)
    throw new NexusError(
      'address-refused',
      'This is not a web address. It should look like https://example.com/talk.mp3.',
    );
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new NexusError('address-refused', `Only http and https addresses can be fetched, not ${url.protocol}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new NexusError('address-refused', 'The address holds a name or password. Remove them from the link.');
  }
  // "localhost." names the same host as "localhost", but certificates and lists of allowed hosts do not know it.
  url.hostname = url.hostname.replace(/\.$/, '');
  url.hash = '';
  return url;
}

/**
 * Whether an address is reachable by everyone on the internet. Everything that tunnels into another network (IPv4-mapped,
 * 6to4, Teredo, NAT64) is refused with the private ranges: it can carry a private address inside.
 */
export function isPublicUnicast(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  // Only 2000::/3 is assigned; IPv4-compatible ::/96 and whatever IANA adds elsewhere stay out.
  return parsed instanceof ipaddr.IPv6 ? parsed.match(GLOBAL_UNICAST) : true;
}

/** Resolves the host once and passes only when every one of its addresses is public, or an operator allows host and port. */
export async function checkAddress(input: string | URL, guard: AddressGuard): Promise<CheckedAddress> {
  const url = parseAddress(input);
  const hostName = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = ipaddr.isValid(hostName) ? [hostName] : await guard.resolve(hostName);
  if (addresses.length === 0)
    throw new NexusError('upstream-refused', `No host is named ${hostName}. Check the address.`);

  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const isAllowed = guard.allowPrivate.has(`${url.hostname}:${port}`);
  if (!isAllowed && !addresses.every(isPublicUnicast)) {
    throw new NexusError(
      'address-refused',
      `${hostName} lies inside a private network. Only public addresses can be fetched; upload the file instead.`,
    );
  }
  return { url, pinned: addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })) };
}
