import { expect, test } from 'bun:test';
import { parseProxy } from '@nexus/shared/platform';
import { createHttp } from '../../src/platform/http.ts';
import { bodyServer } from '../loopback/body-server.ts';
import { httpProxyServer, socksProxyServer } from '../loopback/proxy-server.ts';
import { tlsCertificate } from '../loopback/tls-certificate.ts';

const tls = await tlsCertificate('target.test');

/** Everything but the proxy's own address is unknown to this resolver: the names of targets are the proxy's to look up. */
const resolve = async (hostName: string) => {
  throw Object.assign(new Error(`looked up ${hostName}`), { code: 'ENOTFOUND' });
};
const textOf = ({ body }: { body: Uint8Array }) => new TextDecoder().decode(body);

test.each([
  ['http', httpProxyServer],
  ['socks5', socksProxyServer],
] as const)('TLS goes through a %s proxy end to end, and the proxy resolves the name', async (protocol, startProxy) => {
  await using target = bodyServer(({ text }) => new Response(`got ${text}`), { tls });
  await using proxy = await startProxy({ leadsTo: target, user: 'anna-session:1', password: 'p@ss/wörd' });
  const http = createHttp({ allowPrivate: [proxy.host], resolve, authorities: tls.cert });
  const signIn = `${encodeURIComponent('anna-session:1')}:${encodeURIComponent('p@ss/wörd')}`;

  const answer = await http.send('https://target.test:8443/api?x=1', {
    body: 'hello',
    proxy: `${protocol}://${signIn}@${proxy.host}`,
  });

  expect(textOf(answer)).toBe('got hello');
  expect(proxy.targets).toEqual(['target.test:8443']);
  expect(target.requests).toMatchObject([{ method: 'POST', path: '/api?x=1', headers: { host: 'target.test:8443' } }]);
  expect(target.requests[0]?.headers['proxy-authorization']).toBeUndefined();
});

test.each([
  ['http', httpProxyServer],
  ['socks5', socksProxyServer],
] as const)('plain HTTP goes through a %s proxy', async (protocol, startProxy) => {
  await using target = bodyServer(() => new Response('plain'));
  await using proxy = await startProxy({ leadsTo: target });

  const answer = await createHttp({ allowPrivate: [proxy.host], resolve }).get('http://target.test/a?b=1', {
    proxy: `${protocol}://${proxy.host}`,
  });

  expect(textOf(answer)).toBe('plain');
  expect(proxy.targets[0]).toStartWith('target.test');
  expect(target.requests).toMatchObject([{ method: 'GET', headers: { host: 'target.test' } }]);
});

test('a certificate of another name is not trusted, proxy or not', async () => {
  await using target = bodyServer(() => new Response('secret'), { tls });
  await using proxy = await httpProxyServer({ leadsTo: target });

  const attempt = createHttp({ allowPrivate: [proxy.host], resolve, authorities: tls.cert }).get(
    'https://other.test/',
    {
      proxy: `http://${proxy.host}`,
    },
  );

  await expect(attempt).rejects.toMatchObject({
    code: 'upstream-refused',
    detail: expect.stringContaining('certificate'),
  });
  expect(target.requests).toEqual([]);
});

test.each(['http', 'socks5'] as const)(
  'a %s proxy that is down is told apart from a target that is',
  async (protocol) => {
    const start = protocol === 'http' ? httpProxyServer : socksProxyServer;
    await using proxy = await start();
    const gone = await start();
    await gone[Symbol.asyncDispose]();
    const http = createHttp({ allowPrivate: [proxy.host, gone.host], resolve });
    const ask = (host: string) => http.get('https://target.test/', { proxy: `${protocol}://${host}` });

    await expect(ask(gone.host)).rejects.toMatchObject({
      code: 'upstream-down',
      detail: `The proxy ${protocol}://${gone.host} cannot be reached.`,
    });
    await expect(ask(proxy.host)).rejects.toMatchObject({
      code: 'upstream-down',
      detail: expect.stringContaining('could not reach target.test'),
    });
  },
);

test.each([
  ['http', 'https'],
  ['http', 'http'],
  ['socks5', 'https'],
] as const)('a refused sign-in at a %s proxy (%s target) says so without the password', async (protocol, scheme) => {
  const start = protocol === 'http' ? httpProxyServer : socksProxyServer;
  await using proxy = await start({ leadsTo: { port: 1 }, user: 'anna', password: 'right' });
  const http = createHttp({ allowPrivate: [proxy.host], resolve });

  const failure = await http
    .get(`${scheme}://target.test/`, { proxy: `${protocol}://anna:wr0ng-secret@${proxy.host}` })
    .catch((error: unknown) => error);

  expect(failure).toMatchObject({ code: 'upstream-refused', detail: expect.stringContaining('refuses the sign-in') });
  expect(JSON.stringify(failure)).not.toContain('wr0ng-secret');
});

test('a proxy inside and a target inside are refused before anything is sent', async () => {
  await using target = bodyServer(() => new Response('secret'));
  await using proxy = await httpProxyServer({ leadsTo: target });

  const insideProxy = createHttp().get('http://target.test/', { proxy: proxy.host });
  const throughAllowed = (url: string) => createHttp({ allowPrivate: [proxy.host] }).get(url, { proxy: proxy.host });

  await expect(insideProxy).rejects.toMatchObject({ code: 'address-refused' });
  for (const url of [
    'http://127.0.0.1/',
    'http://localhost/',
    'http://[::1]/',
    'http://169.254.169.254/',
    'file:///etc/passwd',
  ]) {
    await expect(throughAllowed(url)).rejects.toMatchObject({ code: 'address-refused' });
  }
  expect(proxy.targets).toEqual([]);
});

test('an abort ends a proxy that accepts and says nothing', async () => {
  const abort = new AbortController();
  await using silent = await socksProxyServer({ user: 'nobody-signs-in' });

  const attempt = createHttp({ allowPrivate: [silent.host] }).get('https://target.test/', {
    proxy: `http://${silent.host}`,
    signal: abort.signal,
  });
  queueMicrotask(() => abort.abort());

  await expect(attempt).rejects.toMatchObject({ code: 'canceled' });
});

test.each([
  [
    'http://anna:s%40fe@proxy.test:8080',
    { protocol: 'http', user: 'anna', password: 's@fe', shown: 'http://proxy.test:8080' },
  ],
  ['socks5h://PROXY.test:80/', { protocol: 'socks5', port: 80, user: '', shown: 'socks5://proxy.test:80' }],
  ['proxy.test:3128', { protocol: 'http', port: 3128 }],
  ['proxy.test:3128:anna:p:w', { protocol: 'http', port: 3128, user: 'anna', password: 'p:w' }],
  ['http://[2001:DB8::1]:8080', { hostName: '[2001:db8::1]', port: 8080 }],
])('%s is read as a proxy', (text, expected) => {
  const proxy = parseProxy(text);

  expect(proxy).toMatchObject(expected);
});

test.each([
  '',
  'proxy.test',
  'https://proxy.test:443',
  'ftp://proxy.test:21',
  'http://proxy.test:99999',
  'http://a b:1',
  'http://proxy.test:80/path',
])('"%s" is refused as a proxy', (text) => {
  expect(() => parseProxy(text)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
});
