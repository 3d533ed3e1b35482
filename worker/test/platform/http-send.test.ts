import { expect, test } from 'bun:test';
import { createHttp } from '../../src/platform/http.ts';
import { bodyServer } from '../loopback/body-server.ts';

const textOf = ({ body }: { body: Uint8Array }) => new TextDecoder().decode(body);

test('text and bytes arrive as they were sent, with the caller’s headers', async () => {
  await using server = bodyServer(() => new Response('ok', { status: 201 }));
  const http = createHttp({ allowPrivate: [server.host] });

  const answer = await http.send(`${server.origin}/hook`, {
    body: '{"text":"schön 🎧"}',
    headers: { 'content-type': 'application/json' },
  });
  await http.send(`${server.origin}/put`, { method: 'PUT', body: new Uint8Array([0, 255, 10]) });

  expect({ status: answer.status, text: textOf(answer) }).toEqual({ status: 201, text: 'ok' });
  expect(server.requests).toMatchObject([
    { method: 'POST', path: '/hook', text: '{"text":"schön 🎧"}', headers: { 'content-type': 'application/json' } },
    { method: 'PUT', path: '/put', bytes: [0, 255, 10] },
  ]);
});

test('a refusal is an answer with its headers, and is not sent again', async () => {
  await using server = bodyServer(() => new Response('slow down', { status: 429, headers: { 'retry-after': '7' } }));

  const answer = await createHttp({ allowPrivate: [server.host] }).send(server.origin, { body: 'x' });

  expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
  expect(server.requests).toHaveLength(1);
});

test('303 leads to a page to read, without the body and its type', async () => {
  await using server = bodyServer(({ method }) =>
    method === 'POST' ? new Response('', { status: 303, headers: { location: '/' } }) : new Response('done'),
  );

  const answer = await createHttp({ allowPrivate: [server.host] }).send(server.origin, {
    body: 'x',
    headers: { 'content-type': 'text/plain' },
  });

  expect(textOf(answer)).toBe('done');
  expect(server.requests[1]).toMatchObject({ method: 'GET', path: '/', text: '' });
  expect(server.requests[1]?.headers['content-type']).toBeUndefined();
});

test.each([307, 308])('%d sends the same to the same server', async (status) => {
  await using server = bodyServer(({ path }) =>
    path === '/new' ? new Response('taken') : new Response('', { status, headers: { location: '/new' } }),
  );

  const answer = await createHttp({ allowPrivate: [server.host] }).send(`${server.origin}/old`, { body: 'x' });

  expect(textOf(answer)).toBe('taken');
  expect(server.requests[1]).toMatchObject({ method: 'POST', path: '/new', text: 'x' });
});

test('what was sent is never carried to another server', async () => {
  await using other = bodyServer(() => new Response('stolen'));
  await using server = bodyServer(() => new Response('', { status: 308, headers: { location: other.origin } }));

  const attempt = createHttp({ allowPrivate: [server.host, other.host] }).send(server.origin, { body: 'secret' });

  await expect(attempt).rejects.toMatchObject({ code: 'upstream-refused' });
  expect(other.requests).toEqual([]);
});

test('301 and 302 after sending are answers', async () => {
  await using server = bodyServer(() => new Response('', { status: 302, headers: { location: '/elsewhere' } }));

  const answer = await createHttp({ allowPrivate: [server.host] }).send(server.origin, { body: 'x' });

  expect(answer).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
  expect(server.requests).toHaveLength(1);
});

test('addresses inside are refused before anything is sent', async () => {
  await using server = bodyServer(() => new Response('inside'));

  const attempt = createHttp().send(server.origin, { body: 'x' });

  await expect(attempt).rejects.toMatchObject({ code: 'address-refused' });
  expect(server.requests).toEqual([]);
});

test('an answer larger than the limit is refused', async () => {
  await using server = bodyServer(() => new Response('x'.repeat(5000)));

  const attempt = createHttp({ allowPrivate: [server.host] }).send(server.origin, { body: 'x', maxBytes: 1000 });

  await expect(attempt).rejects.toMatchObject({ code: 'too-large' });
});

test.each(['before it is sent', 'while it waits'])('an abort %s ends it', async (when) => {
  const abort = new AbortController();
  await using server = bodyServer(() => {
    abort.abort();
    return new Promise<Response>(() => undefined);
  });

  const attempt = createHttp({ allowPrivate: [server.host] }).send(server.origin, { body: 'x', signal: abort.signal });
  if (when === 'before it is sent') abort.abort();

  await expect(attempt).rejects.toMatchObject({ code: 'canceled' });
});
