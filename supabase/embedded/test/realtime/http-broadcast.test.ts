import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { broadcastsOf, realtimeServer, type RealtimeServer, subscribed, userToken } from './realtime-server.ts';

// A new database takes 0.5 s, 4 s after a change of the SQL, and longer on a busy machine.
setDefaultTimeout(30_000);

let server: RealtimeServer;
beforeAll(async () => {
  server = await realtimeServer({ httpMessagesPerSecond: 50, payloadBytes: 10_000 });
});
afterAll(() => server.stop());

/** Posts as a program without the client would. */
function post(path: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/realtime/v1/api/broadcast${path}`, {
    method: 'POST',
    headers: { apikey: server.apiKeys.anon, 'content-type': 'application/json', ...headers },
    body,
  });
}

async function listening(topic: string, token?: string) {
  const client = await server.client(token === undefined ? {} : { token: () => token });
  const channel = client.channel(topic, { config: { private: token !== undefined } });
  const received = broadcastsOf(channel);
  await subscribed(channel);
  return received;
}

describe('the official client', () => {
  test('sends over HTTP while it has not joined', async () => {
    const received = await listening('http-send');
    const channel = (await server.client()).channel('http-send');

    expect(await channel.send({ type: 'broadcast', event: 'unjoined', payload: { n: 1 } })).toBe('ok');

    expect(await received.first(1)).toEqual([{ type: 'broadcast', event: 'unjoined', payload: { n: 1 } }]);
  });

  test('sends JSON and bytes with httpSend', async () => {
    const received = await listening('http/żółw');
    const channel = (await server.client()).channel('http/żółw');

    expect(await channel.httpSend('words & more', { n: 1 })).toEqual({ success: true });
    expect(await channel.httpSend('bytes', Uint8Array.of(0, 255, 7))).toEqual({ success: true });

    const [words, bytes] = await received.first(2);
    expect(words).toEqual({ type: 'broadcast', event: 'words & more', payload: { n: 1 } });
    expect(new Uint8Array(bytes?.payload as ArrayBuffer)).toEqual(Uint8Array.of(0, 255, 7));
  });

  test('reaches a private channel only with the right to write', async () => {
    const id = crypto.randomUUID();
    const mine = await userToken(id);
    const received = await listening(`room:${id}`, mine);
    const privately = { config: { private: true } };
    const stranger = (await server.client()).channel(`room:${id}`, privately);
    const owner = (await server.client({ token: () => mine })).channel(`room:${id}`, privately);

    expect(await stranger.httpSend('unseen', {})).toEqual({ success: true });
    expect(await owner.httpSend('seen', {})).toEqual({ success: true });

    expect((await received.first(1)).map(({ event }) => event)).toEqual(['seen']);
  });

  test('is told that a broadcast cannot be stored', async () => {
    const id = crypto.randomUUID();
    const token = await userToken(id);
    const channel = (await server.client({ token: () => token })).channel(`room:${id}`, { config: { private: true } });

    await expect(channel.httpSend('kept', {}, { persist: true })).rejects.toThrow('realtime.send()');
  });
});

test('a batch reaches each of its topics, in order', async () => {
  const [one, two] = [await listening('batch-1'), await listening('batch-2')];
  const message = (topic: string, n: number) => ({ topic, event: 'count', payload: { n } });

  const response = await post(
    '',
    JSON.stringify({ messages: [message('batch-1', 1), message('batch-2', 2), message('batch-1', 3)] }),
  );

  expect(response.status).toBe(202);
  expect(await response.text()).toBe('');
  expect((await one.first(2)).map(({ payload }) => payload)).toEqual([{ n: 1 }, { n: 3 }]);
  expect((await two.first(1)).map(({ payload }) => payload)).toEqual([{ n: 2 }]);
});

describe('a request is refused', () => {
  const good = JSON.stringify({ messages: [{ topic: 'a', event: 'b', payload: {} }] });

  test('with 401 without a key, with a wrong key, and with a wrong token beside a right key', async () => {
    const url = `${server.url}/realtime/v1/api/broadcast`;
    const headers = { 'content-type': 'application/json' };
    const responses = await Promise.all([
      fetch(url, { method: 'POST', headers, body: good }),
      post('', good, { apikey: 'wrong' }),
      post('', good, { authorization: 'Bearer wrong' }),
    ]);

    expect(responses.map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  test('with 415 for a content type nobody reads', async () => {
    const responses = [
      await post('', good, { 'content-type': 'text/plain' }),
      await post('/a/events/b', 'x', { 'content-type': 'text/plain' }),
    ];

    expect(responses.map(({ status }) => status)).toEqual([415, 415]);
  });

  test('with 422 for what breaks the contract', async () => {
    const bodies = [
      '{',
      '[]',
      '{"messages": []}',
      '{"messages": [{"topic": "a", "event": "b"}]}',
      `"${'x'.repeat(10_001)}"`,
    ];
    const responses = await Promise.all([
      ...bodies.map((body) => post('', body)),
      post('/a/events/b', '{"n":'),
      post('/a/events/b', '['.repeat(4_000) + ']'.repeat(4_000)),
      post('/%E0%A4%A/events/b', '{}'),
    ]);

    expect(responses.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 422, 422, 422]);
    expect(await responses[3]?.json()).toMatchObject({ error: expect.stringContaining('payload') });
  });

  test('with 422 for a body without an end, which is not read to it', async () => {
    let pulls = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls += 1;
        controller.enqueue(new Uint8Array(4_096));
      },
    });

    const response = await post('/a/events/b', endless, { 'content-type': 'application/octet-stream' });

    expect(response.status).toBe(422);
    expect(pulls).toBeLessThan(10_000);
  });

  test('with 404 for an unknown address', async () => {
    const response = await post('/a/b/c', '{}');

    expect(response.status).toBe(404);
  });

  test('with 429 above the limit, saying when to try again', async () => {
    const messages = Array.from({ length: 51 }, () => ({ topic: 'a', event: 'b', payload: {} }));

    const response = await post('', JSON.stringify({ messages }));

    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('1');
  });
});
