import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { pruneMessages } from '../../src/realtime/prune-messages.ts';
import {
  broadcastsOf,
  type BroadcastMessage,
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

const send = (topic: string, event: string, payload: unknown, isPrivate = true) =>
  server.database.query('select realtime.send($1::jsonb, $2, $3, $4)', [
    JSON.stringify(payload),
    event,
    topic,
    isPrivate,
  ]);

/** A joined private channel of the user the topic belongs to. */
async function room(options: { version?: (typeof VERSIONS)[number]; id?: string; broadcast?: object } = {}) {
  const { version, id = crypto.randomUUID(), broadcast } = options;
  const token = await userToken(id);
  const topic = `room:${id}`;
  const channel = (await server.client({ version, token: () => token })).channel(topic, {
    config: { private: true, broadcast },
  });
  const received = broadcastsOf(channel);
  await subscribed(channel);
  return { id, topic, channel, received };
}

const counts = (messages: BroadcastMessage[]) => messages.map(({ payload }) => (payload as { n: number }).n);

describe.each(VERSIONS)('protocol %s', (version) => {
  test('realtime.send reaches the private channels of its topic, with an id', async () => {
    const { topic, received } = await room({ version });

    await send(topic, 'item.ready', { title: 'Zażółć' });

    const [message] = await received.first(1);
    expect(message).toMatchObject({ type: 'broadcast', event: 'item.ready', payload: { title: 'Zażółć' } });
    expect(message?.payload).toMatchObject({ id: message?.meta?.id });
  });

  test('realtime.send to a public topic reaches its public channels', async () => {
    const channel = (await server.client({ version })).channel(`open-${version}`);
    const received = broadcastsOf(channel);
    await subscribed(channel);

    await send(`open-${version}`, 'hello', { id: 'mine' }, false);

    expect(await received.first(1)).toMatchObject([{ event: 'hello', payload: { id: 'mine' } }]);
  });
});

test('what is rolled back is never sent', async () => {
  const { topic, received } = await room();

  await server.database.transaction(async (tx) => {
    await tx.query(`select realtime.send('{"n": 1}', 'count', $1, true)`, [topic]);
    await tx.rollback();
  });
  await send(topic, 'count', { n: 2 });

  expect(counts(await received.first(1))).toEqual([2]);
});

test('a message leaves when its transaction commits, not before', async () => {
  const { topic, received } = await room();

  await server.database.transaction(async (tx) => {
    await tx.query(`select realtime.send('{"n": 1}', 'count', $1, true)`, [topic]);
    // A round trip over the client's socket: had the message left, it would have arrived before.
    const ping = (await server.client()).channel(`ping-${topic}`, { config: { broadcast: { ack: true } } });
    await subscribed(ping);
    await ping.send({ type: 'broadcast', event: 'ping', payload: {} });
    expect(received.messages).toEqual([]);
  });

  expect(counts(await received.first(1))).toEqual([1]);
});

test('1,000 rows of one transaction arrive all and in order, small and large ones mixed', async () => {
  const { topic, received } = await room();

  await server.database.query(
    `select realtime.send(jsonb_build_object('n', n, 'text', repeat('x', case when n % 10 = 0 then 20000 else 10 end)),
                          'count', $1, true) from generate_series(1, 1000) as n`,
    [topic],
  );

  const messages = await received.first(1_000);
  expect(counts(messages)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
  expect(messages[9]?.payload).toMatchObject({ text: 'x'.repeat(20_000) });
});

test('a trigger with realtime.broadcast_changes tells what changed', async () => {
  const { topic, received } = await room();
  await server.database.exec(`
    create table public.notes (id int primary key, body text);
    create function public.tell() returns trigger language plpgsql security definer as $$
    begin
      perform realtime.broadcast_changes('${topic}', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
      return null;
    end $$;
    create trigger tell after insert or update or delete on public.notes for each row execute function public.tell();
  `);

  await server.database.exec(`insert into notes values (1, 'a'); update notes set body = 'b'; delete from notes;`);

  const changes = (await received.first(3)).map(({ event, payload }) => ({ event, ...(payload as object) }));
  const place = { schema: 'public', table: 'notes' };
  expect(changes).toMatchObject([
    { event: 'INSERT', operation: 'INSERT', ...place, record: { id: 1, body: 'a' }, old_record: null },
    { event: 'UPDATE', operation: 'UPDATE', ...place, record: { body: 'b' }, old_record: { body: 'a' } },
    { event: 'DELETE', operation: 'DELETE', ...place, record: null, old_record: { body: 'b' } },
  ]);
});

test('a caller whom the policies do not let write sends nothing and keeps its transaction', async () => {
  const { topic, received } = await room();

  await server.database.transaction(async (tx) => {
    await tx.query(`select set_config('role', 'anon', true)`);
    await tx.query(`select realtime.send('{"n": 1}', 'count', $1, true)`, [topic]);
  });
  await send(topic, 'count', { n: 2 });

  expect(counts(await received.first(1))).toEqual([2]);
});

describe('replay', () => {
  test('a join gets the last stored messages first, oldest first, each once', async () => {
    const id = crypto.randomUUID();
    const since = Date.now();
    await server.database.query(
      `select realtime.send(jsonb_build_object('n', n), 'count', $1, true) from generate_series(1, 5) as n`,
      [`room:${id}`],
    );

    const { topic, received } = await room({ id, broadcast: { replay: { since, limit: 3 } } });
    await send(topic, 'count', { n: 6 });

    const messages = await received.first(4);
    expect(counts(messages)).toEqual([3, 4, 5, 6]);
    expect(messages.map(({ meta }) => meta?.replayed)).toEqual([true, true, true, undefined]);
    expect(messages.every(({ meta }) => typeof meta?.id === 'string')).toBe(true);
  });

  test('a join amid a stream of messages misses none and gets none twice', async () => {
    const id = crypto.randomUUID();
    const since = Date.now();
    let n = 0;
    const stream = async (count: number) => {
      for (let sent = 0; sent < count; sent += 1) await send(`room:${id}`, 'count', { n: (n += 1) });
    };
    await stream(5);

    const [{ received }] = await Promise.all([room({ id, broadcast: { replay: { since } } }), stream(200)]);
    await stream(5);
    const messages = await received.first(1);
    while ((counts(messages).at(-1) ?? 0) < 210) await received.first(messages.length + 1);

    const [first = 0] = counts(messages);
    expect(counts(messages)).toEqual(Array.from({ length: 211 - first }, (_, index) => first + index));
    expect(messages[0]?.meta?.replayed).toBe(true);
  });

  test('what is replayed while its notice still waits is not sent a second time', async () => {
    const id = crypto.randomUUID();
    const token = await userToken(id);
    const client = await server.client({ token: () => token });
    await subscribed(client.channel('connected'));
    const broadcast = { replay: { since: Date.now() - 60_000, limit: 25 } };
    const channel = client.channel(`room:${id}`, { config: { private: true, broadcast } });
    const received = broadcastsOf(channel);

    // 3,000 notices take 30 turns to send; the join needs fewer, and finds the rows stored.
    await Promise.all([
      server.database.query(
        `select realtime.send(jsonb_build_object('n', n), 'count', $1, true) from generate_series(1, 3000) as n`,
        [`room:${id}`],
      ),
      subscribed(channel),
    ]);
    await send(`room:${id}`, 'count', { n: 3_001 });
    const messages = await received.first(26);
    while (counts(messages).at(-1) !== 3_001) await received.first(messages.length + 1);

    const last = counts(messages).filter((n) => n > 2_975);
    expect(last.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 26 }, (_, index) => 2_976 + index));
  });

  test('what was stored before the given time is not replayed', async () => {
    const id = crypto.randomUUID();
    await send(`room:${id}`, 'count', { n: 1 });
    await server.database.query(
      `update realtime.messages set inserted_at = inserted_at - interval '1 hour' where topic = $1`,
      [`room:${id}`],
    );

    const { topic, received } = await room({ id, broadcast: { replay: { since: Date.now() - 60_000 } } });
    await send(topic, 'count', { n: 2 });

    expect(counts(await received.first(1))).toEqual([2]);
  });

  test('a replay that makes no sense refuses the join', async () => {
    await expect(room({ broadcast: { replay: { since: 'yesterday' } } })).rejects.toThrow(
      'Replay params are not valid',
    );
  });
});

test('messages older than three days are deleted, slice by slice', async () => {
  const topic = `old-${crypto.randomUUID()}`;
  await server.database.query(
    `insert into realtime.messages (topic, extension, inserted_at)
     select $1, 'broadcast', now() at time zone 'utc' - make_interval(hours => n) from generate_series(70, 79) as n`,
    [topic],
  );

  const deleted = await pruneMessages(server.database, 3);

  const { rows } = await server.database.query('select from realtime.messages where topic = $1', [topic]);
  expect(deleted).toBe(8);
  expect(rows).toHaveLength(2);
});
