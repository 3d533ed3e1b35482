import { expect, test } from 'bun:test';
import { connect } from 'node:net';
import { createHttp } from '../../src/platform/http.ts';
import type { ForwardProxy } from '../../src/platform/forward-proxy.ts';
import { webServer } from '../loopback/web-server.ts';

/** Sends a request as a client of the proxy does and reads until the end. */
async function ask(proxy: ForwardProxy, request: string, withToken = true): Promise<string> {
  const { hostname, port, username, password } = new URL(proxy.url);
  const token = Buffer.from(`${username}:${password}`).toString('base64');
  const socket = connect(Number(port), hostname);
  const ended = Promise.withResolvers<string>();
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  socket.on('error', () => ended.resolve(answer));
  socket.on('close', () => ended.resolve(answer));
  const head = withToken ? `Proxy-Authorization: Basic ${token}\r\n` : '';
  socket.write(request.replace('\r\n\r\n', `\r\n${head}\r\n`));
  const text = await ended.promise;
  socket.destroy();
  return text;
}

const get = (url: string) => `GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: keep-alive\r\n\r\n`;

test('a plain request reaches an allowed host, without the token and on a connection of its own', async () => {
  await using web = await webServer((_request, reply) => reply.send(200, {}, 'hello'));
  await using proxy = await createHttp({ allowPrivate: [web.host] }).openProxy({ maxBytes: 1e6 });

  const answer = await ask(proxy, get(`${web.origin}/a?b=1`));

  expect(answer).toEndWith('hello');
  expect(web.requests).toMatchObject([{ method: 'GET', path: '/a?b=1', headers: { connection: 'close' } }]);
  expect(web.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  expect(proxy.receivedBytes).toBeGreaterThan(5);
});

test('a tunnel reaches an allowed host and no other', async () => {
  await using web = await webServer((_request, reply) => reply.send(200, {}, 'through'));
  await using inside = await webServer((_request, reply) => reply.send(200, {}, 'secret'));
  await using proxy = await createHttp({ allowPrivate: [web.host] }).openProxy({ maxBytes: 1e6 });
  const tunnel = (host: string) => `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n${get(`http://${host}/`)}`;

  const opened = await ask(proxy, tunnel(web.host));
  const refused = await ask(proxy, tunnel(inside.host));

  expect(opened).toStartWith('HTTP/1.1 200 Connection established');
  expect(opened).toEndWith('through');
  expect(refused).toStartWith('HTTP/1.1 403');
  expect(proxy.refusal?.code).toBe('address-refused');
  expect(inside.requests).toEqual([]);
});

test('addresses inside, other schemes and whoever lacks the token are refused', async () => {
  await using inside = await webServer((_request, reply) => reply.send(200, {}, 'secret'));
  await using proxy = await createHttp().openProxy({ maxBytes: 1e6 });

  const answers = await Promise.all([
    ask(proxy, get(`${inside.origin}/`)),
    ask(proxy, get(`http://[::ffff:127.0.0.1]:${inside.port}/`)),
    ask(proxy, get('ftp://127.0.0.1/x')),
    ask(proxy, get(`${inside.origin}/`), false),
    ask(proxy, 'not http at all\r\n\r\n'),
  ]);

  expect(answers.map((answer) => answer.slice(9, 12))).toEqual(['403', '403', '403', '407', '']);
  expect(inside.requests).toEqual([]);
});

test('an answer larger than the limit is cut off and named as the reason', async () => {
  await using web = await webServer((_request, reply) => reply.send(200, {}, new Uint8Array(300_000)));
  await using proxy = await createHttp({ allowPrivate: [web.host] }).openProxy({ maxBytes: 100_000 });

  const answer = await ask(proxy, get(`${web.origin}/`));

  expect(answer.length).toBeLessThan(300_000);
  expect(proxy.refusal?.code).toBe('too-large');
});
