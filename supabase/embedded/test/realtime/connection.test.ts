import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { handshake, rawSocket } from './raw-socket.ts';
import {
  broadcastsOf,
  inbox,
  realtimeServer,
  type RealtimeServer,
  signToken,
  subscribed,
  userToken,
  VERSIONS,
} from './realtime-server.ts';

// A new database takes 0.5 s, 4 s after a change of the SQL, and longer on a busy machine.
setDefaultTimeout(30_000);

let server: RealtimeServer;
beforeAll(async () => {
  server = await realtimeServer({ eventsPerSecond: 50, channelsPerSocket: 3 });
});
afterAll(() => server.stop());

describe('the handshake', () => {
  const address = (query: Record<string, string>) => server.socketUrl({ vsn: '2.0.0', ...query });

  test('wants a key, in the address or in a header', async () => {
    const without = await handshake(address({}));
    const wrong = await handshake(address({ apikey: 'wrong' }));
    const expired = await handshake(address({ apikey: await signToken({ role: 'anon' }, -10) }));

    expect([without.status, wrong.status, expired.status]).toEqual([401, 401, 401]);
    expect(await without.json()).toEqual({ error: 'Send the API key as `apikey`' });
    expect(await expired.json()).toEqual({ error: expect.stringContaining('Token has expired') });
  });

  test('takes either API key, or a token signed with the secret', async () => {
    const keys = [server.apiKeys.anon, server.apiKeys.service, await userToken('someone')];

    for (const apikey of keys) (await rawSocket(address({ apikey }))).close();
  });

  test('refuses a protocol version nobody speaks, and a request that is no handshake', async () => {
    const unknown = await handshake(address({ apikey: server.apiKeys.anon, vsn: '3.0.0' }));
    const plain = await fetch(address({ apikey: server.apiKeys.anon }).replace('ws:', 'http:'));

    expect([unknown.status, plain.status]).toEqual([400, 426]);
  });

  test('without a version speaks 1.0.0', async () => {
    const socket = await rawSocket(server.socketUrl({ apikey: server.apiKeys.anon }));

    socket.send({ topic: 'phoenix', event: 'heartbeat', payload: {}, ref: '7' });

    expect(await socket.frames.first(1)).toEqual([
      { topic: 'phoenix', event: 'phx_reply', payload: { status: 'ok', response: {} }, ref: '7', join_ref: null },
    ]);
    socket.close();
  });
});

describe.each(VERSIONS)('protocol %s', (version) => {
  test('heartbeats are answered', async () => {
    const client = await server.client({ version });
    const beats = inbox<string>();
    client.realtime.onHeartbeat((status) => beats.add(status));
    await subscribed(client.channel('beating'));

    await client.realtime.sendHeartbeat();

    expect(await beats.first(2)).toEqual(['sent', 'ok']);
  });

  test('after a restart of the server clients come back to their channels by themselves', async () => {
    const own = await realtimeServer();
    const client = await own.client({ version });
    const channel = client.channel('lasting', { config: { broadcast: { self: true, ack: true } } });
    const received = broadcastsOf(channel);
    const statuses = inbox<string>();
    channel.subscribe((status) => statuses.add(status));
    await statuses.first(1);

    await own.halt();
    await statuses.first(2);
    own.resume();

    const all = await statuses.first(3);
    expect(all[0]).toBe('SUBSCRIBED');
    expect(all[1]).toBe('CHANNEL_ERROR');
    while (statuses.messages.at(-1) !== 'SUBSCRIBED') await statuses.first(statuses.messages.length + 1);
    expect(await channel.send({ type: 'broadcast', event: 'again', payload: {} })).toBe('ok');
    await own.database.query(`select realtime.send('{}', 'stored', 'lasting', false)`);
    expect((await received.first(2)).map(({ event }) => event)).toEqual(['again', 'stored']);
    await own.stop();
  });
});

test('a socket that sends nothing for the idle time is closed, one with heartbeats is kept', async () => {
  const own = await realtimeServer({ idleSeconds: 0.4 });
  const silent = await rawSocket(own.socketUrl({ apikey: own.apiKeys.anon, vsn: '2.0.0' }));
  const alive = await own.client({ heartbeatIntervalMs: 50 });
  const channel = alive.channel('alive', { config: { broadcast: { ack: true } } });
  await subscribed(channel);

  expect(await silent.closed).toBe(1000);

  expect(await channel.send({ type: 'broadcast', event: 'alive', payload: {} })).toBe('ok');
  await own.stop();
});

describe('garbage', () => {
  const binary = (...bytes: number[]) => Uint8Array.from(bytes);
  const frames: [string, string | Uint8Array<ArrayBuffer>][] = [
    ['no JSON', '{"topic":'],
    ['JSON of another shape', '{"topic":"realtime:a"}'],
    ['an array too short', '["1","2","realtime:a"]'],
    ['a topic that is a number', '["1","2",5,"phx_join",{}]'],
    ['a reference that is an object', '["1",{},"realtime:a","phx_join",{}]'],
    ['an empty text', ''],
    ['JSON nested beyond measure', `["1","1","realtime:a","phx_join",${'['.repeat(100_000)}${']'.repeat(100_000)}]`],
    ['an empty binary frame', binary()],
    ['an unknown kind of binary frame', binary(9, 1, 1, 1, 1, 1, 1)],
    ['a binary frame that ends in its header', binary(3, 1, 1)],
    ['a binary frame shorter than its lengths', binary(3, 200, 200, 200, 200, 200, 1, 65)],
    ['a binary frame with text that is not UTF-8', binary(3, 2, 0, 0, 0, 0, 1, 0xc3, 0x28)],
  ];

  test.each(frames)('%s ends its own socket and nothing else', async (_, frame) => {
    const bystander = (await server.client()).channel('bystander', { config: { broadcast: { ack: true } } });
    await subscribed(bystander);
    const socket = await rawSocket(server.socketUrl({ apikey: server.apiKeys.anon, vsn: '2.0.0' }));

    socket.sendAsIs(frame);

    expect(await socket.closed).toBe(1003);
    expect(await bystander.send({ type: 'broadcast', event: 'fine', payload: {} })).toBe('ok');
    await bystander.unsubscribe();
  });

  test('well-formed nonsense is answered or ignored', async () => {
    const socket = await rawSocket(server.socketUrl({ apikey: server.apiKeys.anon, vsn: '2.0.0' }));

    socket.send(['1', '1', 'room', 'phx_join', {}]);
    socket.send(['2', '2', 'realtime:', 'phx_join', {}]);
    socket.send([null, '3', 'realtime:never-joined', 'broadcast', {}]);
    socket.send([null, '4', 'realtime:never-joined', 'phx_leave', {}]);
    socket.send(['5', '5', 'realtime:odd', 'phx_join', { config: 'yes', access_token: 7 }]);
    socket.send(['5', '6', 'realtime:odd', 'dance', { config: null }]);
    socket.send(['5', '7', 'realtime:odd', 'presence', { event: 'jump' }]);
    socket.send(['5', '8', 'realtime:odd', 'presence', { event: 'track', payload: [1] }]);

    const replies = (await socket.frames.first(8)).map((frame) => {
      const [, ref, , event, payload] = frame as [
        unknown,
        string,
        unknown,
        string,
        { status: string; response: object },
      ];
      return event === 'phx_reply' ? [ref, payload.status, payload.response] : [event];
    });
    expect(replies).toEqual([
      ['1', 'error', { reason: 'unmatched topic' }],
      ['2', 'error', { reason: 'TopicNameRequired: You must provide a topic name' }],
      ['3', 'error', { reason: 'unmatched topic' }],
      ['4', 'ok', {}],
      ['5', 'ok', { postgres_changes: [] }],
      ['presence_state'],
      ['7', 'error', {}],
      ['8', 'error', { reason: 'Presence track payload must be a map' }],
    ]);
    socket.close();
  });

  test('a broadcast that says it is JSON and is not reaches nobody', async () => {
    const receiver = (await server.client()).channel('forged-json');
    const received = broadcastsOf(receiver);
    await subscribed(receiver);
    const socket = await rawSocket(server.socketUrl({ apikey: server.apiKeys.anon, vsn: '2.0.0' }));
    socket.send(['1', '1', 'realtime:forged-json', 'phx_join', { config: { presence: { enabled: false } } }]);
    const push = (event: string, body: string) => {
      const topic = 'realtime:forged-json';
      const text = new TextEncoder().encode(`11${topic}${event}${body}`);
      socket.sendAsIs(Uint8Array.from([3, 1, 1, topic.length, event.length, 0, 1, ...text]));
    };

    push('bad', '{"n":');
    push('good', '{"n":1}');

    expect((await received.first(1)).map(({ event }) => event)).toEqual(['good']);
    socket.close();
  });
});

describe('limits', () => {
  test('one channel more than a socket may have is refused', async () => {
    const client = await server.client();
    for (const name of ['a', 'b', 'c']) await subscribed(client.channel(name));

    await expect(subscribed(client.channel('d'))).rejects.toThrow('ChannelRateLimitReached: Too many channels');
  });

  test('a client that sends more than its share gets a system error and loses the channel', async () => {
    const channel = (await server.client()).channel('flood');
    const system = inbox<{ message: string }>();
    channel.on('system', {}, (payload) => system.add(payload));
    const statuses = inbox<string>();
    channel.subscribe((status) => statuses.add(status));
    await statuses.first(1);

    for (let n = 0; n < 60; n += 1) await channel.send({ type: 'broadcast', event: 'flood', payload: {} });

    expect(await statuses.first(2)).toEqual(['SUBSCRIBED', 'CLOSED']);
    expect(system.messages[0]?.message).toBe('Too many messages per second');
  });

  test('a client that sends faster than the database can judge is disconnected', async () => {
    const own = await realtimeServer({ waitingFrames: 50 });
    const socket = await rawSocket(own.socketUrl({ apikey: own.apiKeys.anon, vsn: '2.0.0' }));

    await own.database.transaction(async () => {
      for (let n = 0; n < 51; n += 1) {
        socket.send([`${n}`, `${n}`, `realtime:room:${n}`, 'phx_join', { config: { private: true } }]);
      }
      expect(await socket.closed).toBe(1013);
    });

    expect(own.logged).toContainEqual(expect.objectContaining({ event: 'realtime.hasty-client' }));
    await own.stop();
  });

  test('one socket more than the server may have is refused with 429', async () => {
    const own = await realtimeServer({ sockets: 1 });
    const url = own.socketUrl({ apikey: own.apiKeys.anon, vsn: '2.0.0' });
    const first = await rawSocket(url);

    const second = await handshake(url);

    expect(second.status).toBe(429);
    expect(await second.json()).toEqual({ error: 'Too many connected users' });
    first.close();
    await first.closed;
    await own.stop();
  });
});

test('joining a topic again replaces the first membership', async () => {
  const socket = await rawSocket(server.socketUrl({ apikey: server.apiKeys.anon, vsn: '2.0.0' }));
  const join = { config: { presence: { enabled: false }, broadcast: { self: true } } };

  socket.send(['1', '1', 'realtime:again', 'phx_join', join]);
  socket.send(['2', '2', 'realtime:again', 'phx_join', join]);
  socket.send(['1', '3', 'realtime:again', 'broadcast', { type: 'broadcast', event: 'stale' }]);
  socket.send(['2', '4', 'realtime:again', 'broadcast', { type: 'broadcast', event: 'fresh' }]);

  expect(await socket.frames.first(4)).toEqual([
    ['1', '1', 'realtime:again', 'phx_reply', { status: 'ok', response: { postgres_changes: [] } }],
    ['1', '1', 'realtime:again', 'phx_close', {}],
    ['2', '2', 'realtime:again', 'phx_reply', { status: 'ok', response: { postgres_changes: [] } }],
    [null, null, 'realtime:again', 'broadcast', { type: 'broadcast', event: 'fresh' }],
  ]);
  socket.close();
});
