import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import {
  broadcastsOf,
  realtimeServer,
  type RealtimeServer,
  subscribed,
  userToken,
  VERSIONS,
} from './realtime-server.ts';

// A new database takes 0.5 s, 4 s after a change of the SQL, and longer on a busy machine.
setDefaultTimeout(30_000);

let server: RealtimeServer;
beforeAll(async () => {
  server = await realtimeServer();
});
afterAll(() => server.stop());

const privately = (broadcast: object = {}) => ({ config: { private: true, broadcast } });

/** A client that acts as this user, as after a sign-in. */
async function user(id: string, version: (typeof VERSIONS)[number] = '2.0.0') {
  const token = await userToken(id);
  return server.client({ version, token: () => token });
}

describe.each(VERSIONS)('protocol %s', (version) => {
  test('whoever the policies let read may join, and the one they let write is heard', async () => {
    const id = crypto.randomUUID();
    const sender = (await user(id, version)).channel(`room:${id}`, privately({ ack: true }));
    const receiver = (await user(id, version)).channel(`room:${id}`, privately());
    const received = broadcastsOf(receiver);
    await Promise.all([subscribed(sender), subscribed(receiver)]);

    expect(await sender.send({ type: 'broadcast', event: 'hello', payload: { n: 1 } })).toBe('ok');

    expect(await received.first(1)).toEqual([{ type: 'broadcast', event: 'hello', payload: { n: 1 } }]);
  });

  test('whoever the policies do not let read is refused with the reason', async () => {
    const topic = `room:${crypto.randomUUID()}`;
    const stranger = (await user(crypto.randomUUID(), version)).channel(topic, privately());
    const signedOut = (await server.client({ version })).channel(topic, privately());

    const reason = `Unauthorized: You do not have permissions to read from this Channel topic: ${topic}`;
    await expect(subscribed(stranger)).rejects.toThrow(reason);
    await expect(subscribed(signedOut)).rejects.toThrow(reason);
  });
});

test('a broadcast of someone who may only read is dropped', async () => {
  const reader = (await user(crypto.randomUUID())).channel('news:today', privately());
  const service = (await server.client({ token: () => server.apiKeys.service })).channel(
    'news:today',
    privately({ self: true }),
  );
  const [toReader, toService] = [broadcastsOf(reader), broadcastsOf(service)];
  await Promise.all([subscribed(reader), subscribed(service)]);

  await reader.send({ type: 'broadcast', event: 'mine', payload: {} });
  // The reader's next answered message shows that its broadcast has been handled.
  expect(await reader.track({})).toBe('error');
  await service.send({ type: 'broadcast', event: 'official', payload: {} });

  expect((await toReader.first(1)).map(({ event }) => event)).toEqual(['official']);
  expect((await toService.first(1)).map(({ event }) => event)).toEqual(['official']);
});

test('a private channel and a public one of the same name never mix', async () => {
  const id = crypto.randomUUID();
  const topic = `room:${id}`;
  const secret = (await user(id)).channel(topic, privately({ self: true }));
  const open = (await server.client()).channel(topic, { config: { broadcast: { self: true } } });
  const [toSecret, toOpen] = [broadcastsOf(secret), broadcastsOf(open)];
  await Promise.all([subscribed(secret), subscribed(open)]);

  await open.send({ type: 'broadcast', event: 'open', payload: {} });
  await toOpen.first(1);
  await secret.send({ type: 'broadcast', event: 'secret', payload: {} });
  await toSecret.first(1);

  expect(toSecret.messages.map(({ event }) => event)).toEqual(['secret']);
  expect(toOpen.messages.map(({ event }) => event)).toEqual(['open']);
});

test('someone who may only see who is present joins, and gets no broadcasts', async () => {
  const watcher = (await user(crypto.randomUUID())).channel('lobby:1', {
    config: { private: true, presence: { enabled: true } },
  });
  const service = (await server.client({ token: () => server.apiKeys.service })).channel(
    'lobby:1',
    privately({ ack: true }),
  );
  const toWatcher = broadcastsOf(watcher);
  const seen = new Promise((resolve) => watcher.on('presence', { event: 'join' }, resolve));
  await Promise.all([subscribed(watcher), subscribed(service)]);

  await service.send({ type: 'broadcast', event: 'unseen', payload: {} });
  await service.track({ name: 'service' });

  expect(await seen).toMatchObject({ newPresences: [{ name: 'service' }] });
  expect(toWatcher.messages).toEqual([]);
});

test('judging a channel leaves no row behind', async () => {
  const id = crypto.randomUUID();
  const channel = (await user(id)).channel(`room:${id}`, privately({ ack: true }));
  await subscribed(channel);
  await channel.send({ type: 'broadcast', event: 'hello', payload: {} });

  const { rows } = await server.database.query('select from realtime.messages where topic = $1', [`room:${id}`]);
  const { rows: role } = await server.database.query<{ role: string }>('select current_user::text as role');

  expect(rows).toEqual([]);
  expect(role).toEqual([{ role: 'postgres' }]);
});

test('a policy that fails refuses its topic and is told to the log', async () => {
  await server.database.exec(`create policy "broken" on realtime.messages for select to authenticated
    using (realtime.topic() <> 'broken' or 1 / length(realtime.topic()) = 1 / (length(realtime.topic()) - 6))`);
  const channel = (await user(crypto.randomUUID())).channel('broken', privately());

  await expect(subscribed(channel)).rejects.toThrow('Unauthorized');

  expect(server.logged).toContainEqual(expect.objectContaining({ event: 'realtime.policy-failed', state: '22012' }));
  await server.database.exec('drop policy "broken" on realtime.messages');
});
