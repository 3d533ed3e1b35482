import { expect, test } from 'bun:test';
import { isPublicUnicast } from '../../src/platform/address-guard.ts';
import { createHttp } from '../../src/platform/http.ts';
import { webServer } from '../loopback/web-server.ts';

const INSIDE = [
  'http://127.0.0.1/',
  'http://127.8.9.1:8080/',
  'http://localhost/',
  'http://localhost./',
  'http://LOCALHOST:54321/rest/v1/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://2130706433/',
  'http://127.1/',
  'http://127.0.0.1./',
  'http://①②⑦.0.0.1/',
  'http://%6cocalhost/',
  'http://0.0.0.0/',
  'http://0.1.2.3/',
  'http://10.0.0.8/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://198.18.0.1/',
  'http://[::]/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:8.8.8.8]/',
  'http://[::127.0.0.1]/',
  'http://[fe80::1]/',
  'http://[fec0::1]/',
  'http://[fd00::1]/',
  'http://[ff02::1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001:0:7f00:1::]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::a00:1]/',
  'http://[2001:db8::1]/',
];

test.each(INSIDE)('%s is refused before anything is sent', async (url) => {
  const attempt = createHttp().get(url);

  await expect(attempt).rejects.toMatchObject({ code: 'address-refused' });
});

test.each([
  'ftp://example.com/a.mp3',
  'file:///etc/passwd',
  'data:text/plain,hello',
  'talk.mp3',
  '',
  'http://user:secret@example.com/',
])('"%s" is refused as an address', async (url) => {
  const attempt = createHttp({ resolve: async () => ['93.184.216.34'] }).get(url);

  await expect(attempt).rejects.toMatchObject({ code: 'address-refused' });
});

test('public addresses of both families pass', () => {
  const addresses = ['93.184.216.34', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4001:82b::200e'];

  expect(addresses.filter(isPublicUnicast)).toEqual(addresses);
});

test('a host with one address inside is refused although the others are public', async () => {
  const http = createHttp({ resolve: async () => ['93.184.216.34', '127.0.0.1'] });

  const attempt = http.get('http://rebind.test/');

  await expect(attempt).rejects.toMatchObject({ code: 'address-refused' });
});

test('the connection goes to the address that was checked, not to what DNS says afterwards', async () => {
  await using server = await webServer((_request, reply) => reply.send(200, {}, 'pinned'));
  const answers = [['127.0.0.1'], ['192.0.2.1']];
  const http = createHttp({
    allowPrivate: [`changing.test:${server.port}`],
    resolve: async () => answers.shift() ?? [],
  });

  const { body } = await http.get(`http://changing.test:${server.port}/`);

  expect(new TextDecoder().decode(body)).toBe('pinned');
  expect(server.requests[0]?.headers['host']).toBe(`changing.test:${server.port}`);
});

test('an allowed pair opens its own port and name only', async () => {
  await using open = await webServer((_request, reply) => reply.send(200, {}, 'ok'));
  await using closed = await webServer((_request, reply) => reply.send(200, {}, 'secret'));
  const http = createHttp({ allowPrivate: [open.host] });

  const answer = await http.get(open.origin);

  expect(answer.status).toBe(200);
  await expect(http.get(closed.origin)).rejects.toMatchObject({ code: 'address-refused' });
  await expect(http.get(`http://localhost:${open.port}/`)).rejects.toMatchObject({ code: 'address-refused' });
  expect(closed.requests).toEqual([]);
});

test('a redirect into the private network is refused before anything is sent there', async () => {
  await using inner = await webServer((_request, reply) => reply.send(200, {}, 'secret'));
  await using outer = await webServer((_request, reply) => reply.send(302, { Location: `${inner.origin}/admin` }));
  const http = createHttp({ allowPrivate: [outer.host] });

  const attempt = http.get(outer.origin);

  await expect(attempt).rejects.toMatchObject({ code: 'address-refused' });
  expect(inner.requests).toEqual([]);
});

test('a redirect to another scheme is refused', async () => {
  await using server = await webServer((_request, reply) => reply.send(301, { Location: 'file:///etc/passwd' }));

  const attempt = createHttp({ allowPrivate: [server.host] }).get(server.origin);

  await expect(attempt).rejects.toMatchObject({ code: 'address-refused' });
});

test('redirects are followed to their end, and the end is told', async () => {
  await using server = await webServer(({ path }, reply) =>
    path === '/final'
      ? reply.send(200, {}, 'there')
      : reply.send(307, { Location: path === '/a' ? 'b' : '/final#part' }),
  );

  const { finalUrl, status } = await createHttp({ allowPrivate: [server.host] }).get(`${server.origin}/a`);

  expect({ finalUrl, status }).toEqual({ finalUrl: `${server.origin}/final`, status: 200 });
});

test('redirects in a circle end at once', async () => {
  await using server = await webServer(({ path }, reply) => reply.send(302, { Location: path === '/a' ? '/b' : '/a' }));

  const attempt = createHttp({ allowPrivate: [server.host] }).get(`${server.origin}/a`);

  await expect(attempt).rejects.toMatchObject({ code: 'upstream-refused', detail: expect.stringContaining('circle') });
  expect(server.requests).toHaveLength(2);
});

test('endless redirects end after the allowed number', async () => {
  let count = 0;
  await using server = await webServer((_request, reply) => reply.send(302, { Location: `/${++count}` }));

  const attempt = createHttp({ allowPrivate: [server.host], maxRedirects: 5 }).get(server.origin);

  await expect(attempt).rejects.toMatchObject({ code: 'upstream-refused' });
  expect(server.requests).toHaveLength(6);
});

test('authorisation is not sent on to another host', async () => {
  await using second = await webServer((_request, reply) => reply.send(200));
  await using first = await webServer((_request, reply) => reply.send(302, { Location: second.origin }));
  const http = createHttp({ allowPrivate: [first.host, second.host] });

  await http.get(first.origin, { headers: { Authorization: 'Bearer x', 'X-Api-Key': 'y', 'Accept-Language': 'ru' } });

  expect(first.requests[0]?.headers).toMatchObject({ authorization: 'Bearer x', 'x-api-key': 'y' });
  expect(second.requests[0]?.headers).toMatchObject({ 'accept-language': 'ru' });
  expect(Object.keys(second.requests[0]?.headers ?? {})).not.toContainAnyValues(['authorization', 'x-api-key']);
});

test('an unknown host is told apart from one that does not answer', async () => {
  const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  const noHost = createHttp({ resolve: () => Promise.reject(unknown) }).get('http://nowhere.test/');
  const closed = await webServer(() => undefined);
  await closed[Symbol.asyncDispose]();

  const noServer = createHttp({ allowPrivate: [closed.host] }).get(closed.origin);

  await expect(noHost).rejects.toMatchObject({
    code: 'upstream-refused',
    detail: expect.stringContaining('nowhere.test'),
  });
  await expect(noServer).rejects.toMatchObject({ code: 'upstream-down' });
});
