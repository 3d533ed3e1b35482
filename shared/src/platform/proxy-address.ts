import { NexusError } from './errors.ts';

/** Where a proxy listens and how to sign in there. */
export interface ProxyAddress {
  protocol: 'http' | 'socks5';
  /** As written in an address: lower case, IPv6 in brackets. */
  hostName: string;
  port: number;
  /** Empty without a sign-in. */
  user: string;
  password: string;
  /** `protocol://host:port`: all that may be shown or logged. */
  shown: string;
}

/**
 * Reads `http://name:password@host:port`, `socks5://…`, `socks5h://…`, the same without a scheme (http), and the form sellers
 * of proxies use, `host:port:name:password`. Throws `invalid-input` on `proxy`; the message never repeats the password.
 */
export function parseProxy(text: string): ProxyAddress {
  const [, scheme = 'http', rest = ''] = /^(?:([a-z0-9]+):\/\/)?([^/\s]+)\/?$/i.exec(text.trim()) ?? [];
  const protocol = PROTOCOLS[scheme.toLowerCase()];
  if (rest === '') throw refused('A proxy looks like http://name:password@host:8080 or socks5://host:1080.');
  if (!protocol) throw refused(`Proxies of the kind ${scheme} are not supported. Use http:// or socks5://.`);

  const [, host = '', portDigits = '', user = '', password = ''] = /^([^:@]+):(\d+):([^:]+):(.+)$/.exec(rest) ?? [];
  const url = URL.parse(host === '' ? `http://${rest}` : `http://${host}:${portDigits}`);
  // The parser drops port 80, which is no default of SOCKS.
  const port = Number(/:(\d{1,5})$/.exec(host === '' ? rest : `:${portDigits}`)?.[1]);
  if (!url || url.hostname === '' || !(port >= 1 && port <= 65_535)) {
    throw refused('The proxy needs a host and a port, as in http://name:password@host:8080.');
  }
  return {
    protocol,
    hostName: url.hostname,
    port,
    user: user === '' ? decoded(url.username) : user,
    password: user === '' ? decoded(url.password) : password,
    shown: `${protocol}://${url.hostname}:${port}`,
  };
}

const PROTOCOLS: Record<string, ProxyAddress['protocol'] | undefined> = {
  http: 'http',
  socks5: 'socks5',
  socks5h: 'socks5',
};

/** Names and passwords are percent-encoded in an address; a stray percent sign stands for itself. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) =>
    new TextDecoder().decode(Uint8Array.from(encoded.matchAll(/%(..)/g), ([, hex = '0']) => Number.parseInt(hex, 16))),
  );
}

function refused(detail: string): NexusError {
  return new NexusError('invalid-input', detail, { fields: { proxy: [detail] } });
}
