import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { broadcastsOf, realtimeServer, type RealtimeServer, subscribed, VERSIONS } from './realtime-server.ts';

// A new database takes 0.5 s, 4 s after a change of the SQL, and longer on a busy machine.
setDefaultTimeout(30_000);

let server: RealtimeServer;
beforeAll(async () => {
  server = await realtimeServer();
});
afterAll(() => server.stop());

describe.each(VERSIONS)('protocol %s', (version) => {
  const open = async (topic: string, broadcast: object = {}) =>
    (await server.client({ version })).channel(`${topic}-${version}`, { config: { broadcast } });

  test('a broadcast reaches the others in order and not its sender', async () => {
    const sender = await open('others');
    const receiver = await open('others');
    const [sent, received] = [broadcastsOf(sender), broadcastsOf(receiver)];
    await Promise.all([subscribed(sender), subscribed(receiver)]);

    for (let n = 1; n <= 20; n += 1) await sender.send({ type: 'broadcast', event: 'count', payload: { n } });
    const messages = await received.first(20);

    expect(messages.map((message) => message.payload)).toEqual(Array.from({ length: 20 }, (_, n) => ({ n: n + 1 })));
    expect(messages[0]).toEqual({ type: 'broadcast', event: 'count', payload: { n: 1 } });
    expect(sent.messages).toEqual([]);
  });

  test('with self the sender gets its own broadcast, with ack it learns that the server has it', async () => {
    const channel = await open('self', { self: true, ack: true });
    const received = broadcastsOf(channel);
    await subscribed(channel);

    const answer = await channel.send({ type: 'broadcast', event: 'echo', payload: { text: 'ż 👋' } });

    expect(answer).toBe('ok');
    expect(await received.first(1)).toMatchObject([{ event: 'echo', payload: { text: 'ż 👋' } }]);
  });

  test('a topic keeps to itself, and a channel that was left gets nothing', async () => {
    const sender = await server.client({ version });
    const receiver = await server.client({ version });
    const [topic, elsewhere] = [`apart-${version}`, `elsewhere-${version}`];
    const left = receiver.channel(topic);
    const kept = receiver.channel(elsewhere);
    const [toLeft, toKept] = [broadcastsOf(left), broadcastsOf(kept)];
    const [first, second] = [sender.channel(topic), sender.channel(elsewhere)];
    await Promise.all([left, kept, first, second].map(subscribed));

    expect(await left.unsubscribe()).toBe('ok');
    await first.send({ type: 'broadcast', event: 'before', payload: {} });
    await second.send({ type: 'broadcast', event: 'after', payload: {} });

    expect((await toKept.first(1)).map(({ event }) => event)).toEqual(['after']);
    expect(toLeft.messages).toEqual([]);
  });

  test('a payload over the limit is refused to a sender who asked for an answer', async () => {
    const channel = await open('large', { ack: true });
    await subscribed(channel);

    const text = 'x'.repeat(3_000_001);
    expect(await channel.send({ type: 'broadcast', event: 'large', payload: { text } })).toBe('error');
    expect(await channel.send({ type: 'broadcast', event: 'small', payload: {} })).toBe('ok');
  });

  test('a payload with brackets in its text and 100 lists in each other arrives as it is', async () => {
    const channel = await open('nested', { self: true });
    const received = broadcastsOf(channel);
    await subscribed(channel);
    const payload = { text: '\\"[[{{'.repeat(1_000), lists: JSON.parse('['.repeat(100) + ']'.repeat(100)) };

    await channel.send({ type: 'broadcast', event: 'nested', payload });

    expect(await received.first(1)).toMatchObject([{ payload }]);
  });

  test('postgres_changes are refused with the name of what to use instead', async () => {
    const channel = (await server.client({ version })).channel(`changes-${version}`);
    channel.on('postgres_changes', { event: '*', schema: 'public', table: 'orgs' }, () => {});

    await expect(subscribed(channel)).rejects.toThrow(/Broadcast from the database.*realtime\.broadcast_changes/);
  });
});

test('clients of both versions understand each other', async () => {
  const old = (await server.client({ version: '1.0.0' })).channel('mixed');
  const current = (await server.client({ version: '2.0.0' })).channel('mixed');
  const [oldReceived, currentReceived] = [broadcastsOf(old), broadcastsOf(current)];
  await Promise.all([subscribed(old), subscribed(current)]);

  await old.send({ type: 'broadcast', event: 'from-old', payload: { list: [1, null, 'ł'] } });
  await current.send({ type: 'broadcast', event: 'from-current', payload: { list: [1, null, 'ł'] } });

  expect(await currentReceived.first(1)).toEqual([
    { type: 'broadcast', event: 'from-old', payload: { list: [1, null, 'ł'] } },
  ]);
  expect(await oldReceived.first(1)).toEqual([
    { type: 'broadcast', event: 'from-current', payload: { list: [1, null, 'ł'] } },
  ]);
});

test('bytes arrive as the same bytes, and pass by clients that cannot express them', async () => {
  const sender = (await server.client()).channel('bytes', { config: { broadcast: { ack: true } } });
  const receiver = (await server.client()).channel('bytes');
  const old = (await server.client({ version: '1.0.0' })).channel('bytes');
  const [received, oldReceived] = [broadcastsOf(receiver), broadcastsOf(old)];
  await Promise.all([subscribed(sender), subscribed(receiver), subscribed(old)]);
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);

  await sender.send({ type: 'broadcast', event: 'bytes', payload: bytes.buffer });
  await sender.send({ type: 'broadcast', event: 'words', payload: { after: true } });

  const [message] = await received.first(2);
  expect(new Uint8Array(message?.payload as ArrayBuffer)).toEqual(bytes);
  expect((await oldReceived.first(1)).map(({ event }) => event)).toEqual(['words']);
});

test('two HTTP servers in front of one realtime server share its topics', async () => {
  const second = server.also();
  const here = (await server.client()).channel('shared');
  const received = broadcastsOf(here);
  await subscribed(here);

  const socket = new WebSocket(
    `ws://127.0.0.1:${second.port}/realtime/v1/websocket?apikey=${server.apiKeys.anon}&vsn=2.0.0`,
  );
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  socket.send(JSON.stringify(['1', '1', 'realtime:shared', 'phx_join', {}]));
  socket.send(
    JSON.stringify(['1', '2', 'realtime:shared', 'broadcast', { type: 'broadcast', event: 'there', payload: 7 }]),
  );

  expect(await received.first(1)).toEqual([{ type: 'broadcast', event: 'there', payload: 7 }]);
  socket.close();
  await second.stop(true);
});
