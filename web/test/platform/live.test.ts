import { afterEach, expect, test } from 'bun:test';
import { RealtimeClient } from '@supabase/realtime-js';
import '../compile-runes.ts';
import { realtimeLoopback, type RealtimeLoopback } from '../loopback/realtime.ts';

const { LiveRows } = await import('../../src/lib/platform/live-rows.svelte.ts');
const { LiveTopic } = await import('../../src/lib/platform/live-topic.svelte.ts');

interface Row {
  id: string;
  title: string;
}

const POLL_MS = 30;
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A topic on the loopback server, and what its listener was told, each awaitable. */
function follow(server: RealtimeLoopback) {
  const client = new RealtimeClient(`${server.url.replace('http', 'ws')}/realtime/v1`, {
    params: { apikey: 'anon' },
    accessToken: async () => 'token of the reader',
    reconnectAfterMs: () => 20,
  });
  const topic = new LiveTopic('org:1:archive', async () => client, POLL_MS);
  const told: unknown[] = [];
  let wake = () => {};
  const tell = (what: unknown) => {
    told.push(what);
    wake();
  };
  topic.listen({
    onEvent: (event, payload) => tell({ event, payload }),
    onCatchUp: async () => tell('catch up'),
  });
  ends.push(() => {
    topic.close();
    void client.disconnect();
  });
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { topic, told, until };
}

test('a private topic is joined with the reader’s token, caught up with, and heard', async () => {
  using server = realtimeLoopback();
  const { topic, told, until } = follow(server);

  await until(() => topic.status === 'live');
  server.broadcast('item.changed', { id: 'a', title: 'New' });
  await until(() => told.length >= 2);

  expect(server.joins).toMatchObject([
    { topic: 'realtime:org:1:archive', access_token: 'token of the reader', config: { private: true } },
  ]);
  expect(told.at(-1)).toEqual({ event: 'item.changed', payload: { id: 'a', title: 'New' } });
  expect(told).toContain('catch up');
});

test('while the connection is lost the rows are polled, and after it came back they are caught up with', async () => {
  using server = realtimeLoopback();
  const { topic, told, until } = follow(server);
  await until(() => topic.status === 'live');

  server.goDown();
  await until(() => topic.status === 'stale');
  const polledBefore = told.length;
  await until(() => told.length > polledBefore + 1);
  server.comeBack();
  await until(() => topic.status === 'live');
  server.broadcast('item.deleted', { id: 'b' });
  await until(() => told.some((what) => typeof what === 'object'));

  expect(told.at(-1)).toEqual({ event: 'item.deleted', payload: { id: 'b' } });
});

test('a channel the server closed is joined anew', async () => {
  using server = realtimeLoopback();
  const { topic, until } = follow(server);
  await until(() => topic.status === 'live');

  server.expire();
  await until(() => topic.status === 'stale');
  await until(() => topic.status === 'live');

  expect(server.joins).toHaveLength(2);
});

test('rows are added, changed and removed, and a change of an unknown row is told', () => {
  const rows = new LiveRows<Row>([
    { id: 'a', title: 'One' },
    { id: 'b', title: 'Two' },
  ]);

  rows.put({ id: 'c', title: 'Three' });
  const wasKnown = rows.patch('a', { title: 'Changed' });
  const wasUnknown = rows.patch('x', { title: 'Nobody' });
  rows.remove('b');

  expect([wasKnown, wasUnknown]).toEqual([true, false]);
  expect(rows.list).toEqual([
    { id: 'a', title: 'Changed' },
    { id: 'c', title: 'Three' },
  ]);
});
