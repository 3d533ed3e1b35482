import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { connect, type Socket } from 'node:net';
import { broadcastsOf, realtimeServer, type RealtimeServer, subscribed } from './realtime-server.ts';

// A new database takes 0.5 s, 4 s after a change of the SQL, and longer on a busy machine.
setDefaultTimeout(30_000);

let server: RealtimeServer;
beforeAll(async () => {
  server = await realtimeServer({ socketBufferBytes: 1_000_000 });
});
afterAll(() => server.stop());

/** A client that shakes hands, joins the topic and then never reads again. */
async function deafClient(topic: string): Promise<Socket> {
  const url = new URL(server.socketUrl({ apikey: server.apiKeys.anon, vsn: '2.0.0' }));
  const socket = connect(Number(url.port), url.hostname);
  socket.write(
    `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await new Promise((resolve) => socket.once('data', resolve));
  const join = JSON.stringify(['1', '1', `realtime:${topic}`, 'phx_join', {}]);
  // A masked text frame of under 126 bytes; the mask is zero.
  socket.write(Buffer.from([0x81, 0x80 | join.length, 0, 0, 0, 0, ...Buffer.from(join)]));
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  return socket;
}

test('a client that does not read is disconnected, and the others get everything', async () => {
  const deaf = await deafClient('crowd');
  const channel = (await server.client()).channel('crowd');
  const received = broadcastsOf(channel);
  await subscribed(channel);

  // 24 MB: more than the kernel's buffers for a loopback socket and the server's own together.
  await server.database.query(
    `select realtime.send(jsonb_build_object('n', n, 'text', repeat('x', 20000)), 'count', 'crowd', false)
       from generate_series(1, 1200) as n`,
  );
  const messages = await received.first(1_200);

  expect(messages.map(({ payload }) => (payload as { n: number }).n)).toEqual(
    Array.from({ length: 1_200 }, (_, index) => index + 1),
  );
  expect(server.logged).toContainEqual(expect.objectContaining({ event: 'realtime.slow-client' }));

  const ended = new Promise((resolve) => deaf.once('close', resolve));
  deaf.resume();
  await ended;
});
