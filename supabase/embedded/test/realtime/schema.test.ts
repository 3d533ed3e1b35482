import { nativePostgres } from '@nexus/embedded/testing';
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { inbox } from './realtime-server.ts';

// A new database takes 0.5 s, 4 s after a change of the SQL, and longer on a busy machine.
setDefaultTimeout(30_000);

let server: Awaited<ReturnType<typeof nativePostgres>>;
let client: pg.Client;
beforeAll(async () => {
  server = await nativePostgres();
  client = new pg.Client({ connectionString: server.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await server.stop();
});

test('the schema can be applied again, and tells of committed messages on a native Postgres', async () => {
  const notices = inbox<{ topic: string; payload: unknown }>();
  client.on('notification', ({ payload }) => notices.add(JSON.parse(payload ?? 'null')));
  await client.query(readFileSync(new URL('../../src/realtime/schema.sql', import.meta.url), 'utf8'));
  await client.query('listen realtime_messages');

  await client.query('begin');
  await client.query(`select realtime.send('{"n": 1}', 'count', 'undone', false)`);
  await client.query('rollback');
  await client.query(`select realtime.send('{"n": 2}', 'count', 'kept', false)`);
  await client.query(`select realtime.send(jsonb_build_object('text', repeat('ż', 5000)), 'count', 'large', false)`);

  const [first, second] = await notices.first(2);
  expect(first).toMatchObject({ topic: 'kept', event: 'count', private: false, payload: { n: 2 } });
  expect(Object.keys(second ?? {}).sort()).toEqual(['bytes', 'id']);
});

test('realtime.topic() is what is being judged, and nothing otherwise', async () => {
  const outside = await client.query('select realtime.topic() as topic');
  const inside = await client.query(
    `select set_config('realtime.topic', 'room:1', false), (select realtime.topic()) as topic`,
  );

  expect(outside.rows).toEqual([{ topic: null }]);
  expect(inside.rows).toMatchObject([{ topic: 'room:1' }]);
});
