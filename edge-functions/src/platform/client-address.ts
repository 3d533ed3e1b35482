import type { ApiConfiguration } from './configuration.ts';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address);
}

/** Whom limits without a sign-in count: the client's IPv4 address or IPv6 network of 64 bits; `unknown` without a socket. */
export function clientAddress(
  headers: Headers,
  remoteAddress: string | undefined,
  trust: ApiConfiguration['trustForwardedFor'],
): string {
  const forwarded = headers
    .get('x-forwarded-for')
    ?.split(',')
    .map((part) => part.trim());
  const mayForward =
    trust === 'always' || (trust === 'loopback' && remoteAddress !== undefined && isLoopback(remoteAddress));
  // A proxy of our own appends what it saw; an edge puts the client first.
  const told = mayForward ? (trust === 'always' ? forwarded?.[0] : forwarded?.at(-1)) : undefined;
  return networkOf(told || remoteAddress || 'unknown');
}

/** One household has 2^64 IPv6 addresses; they count as one. */
function networkOf(address: string): string {
  if (!address.includes(':') || isLoopback(address)) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = tail.split(':').filter(Boolean);
  const all = address.includes('::')
    ? [...groups, ...Array(Math.max(0, 8 - groups.length - rest.length)).fill('0'), ...rest]
    : groups;
  return `${all.slice(0, 4).join(':')}::/64`;
}
