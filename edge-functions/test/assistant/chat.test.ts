import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ChatEvent, indexItem } from '@nexus/shared/assistant';
import { databaseAs } from '@nexus/shared/platform';
import { openaiServer } from '../../../shared/test/loopback/openai.ts';
import { createApp } from '../../src/app.ts';
import { type Person, type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => void (api = await runningApi()), 60_000);
afterAll(() => api.close());

/** Somebody with an archive in which something was said. */
async function asker(): Promise<Person> {
  const person = await api.founder();
  const { id } = await api.kysely
    .insertInto('items')
    .values({ org_id: person.orgId, kind: 'text', source: 'text', status: 'ready', title: 'Whales', language: 'en' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const transcript = await api.kysely
    .insertInto('transcripts')
    .values({ org_id: person.orgId, item_id: id, version: 1, origin: 'document' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await api.kysely
    .insertInto('segments')
    .values({
      transcript_id: transcript.id,
      position: 0,
      org_id: person.orgId,
      item_id: id,
      kind: 'paragraph',
      text: 'Blue whales sing below twenty hertz.',
    })
    .execute();
  const worker = { kind: 'system', userId: null, keyId: null, role: 'system', scopes: new Set<never>() } as const;
  const db = databaseAs(api.kysely, { role: 'service_role' });
  await indexItem({ orgId: person.orgId, actor: worker, db }, { itemId: id });
  return person;
}

/** As the settings page would, with a server of the organisation's own. */
async function connect(person: Person, url: string): Promise<void> {
  const settings = JSON.stringify({ model: 'loopback', baseUrl: `${url}/v1` });
  const connection = { kind: 'model', adapter: 'openai-compatible', label: 'Loopback', settings };
  await api.kysely
    .insertInto('credentials')
    .values({ org_id: person.orgId, ...connection })
    .execute();
}

function request(person: Person, path: string, body: unknown, headers: Record<string, string> = {}): Request {
  return new Request(`http://api.test/api${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const eventsOf = (text: string): ChatEvent[] =>
  text
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => JSON.parse(block.slice(block.indexOf('data: ') + 6)) as ChatEvent);

test('a question is answered as a stream of events, and its chat is there afterwards', async () => {
  const person = await asker();

  const answer = await api.call('/chat', { token: person.token, body: { question: 'How do blue whales sing?' } });

  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toStartWith('text/event-stream');
  expect(answer.headers.get('cache-control')).toContain('no-transform');
  const events = eventsOf(answer.body);
  expect(events[0]).toMatchObject({ type: 'start', chat: { title: 'How do blue whales sing?', isOwn: true } });
  expect(events.at(-1)).toMatchObject({ type: 'end', message: { state: 'done', isOffline: true } });
  const start = events[0] as Extract<ChatEvent, { type: 'start' }>;
  const { body: chat } = await api.call(`/chats/${start.chat.id}`, { token: person.token });
  expect(chat.messages.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant']);
  expect(chat.messages[1].citations[0].quote).toBe('Blue whales sing below twenty hertz.');
});

test('whoever accepts JSON alone gets the whole answer', async () => {
  const person = await asker();

  const { status, body } = await api.call('/chat', {
    token: person.token,
    body: { question: 'How do blue whales sing?' },
    headers: { accept: 'application/json' },
  });

  expect(status).toBe(200);
  expect(body).toMatchObject({ state: 'done', isFound: true, citations: [{ n: 1 }] });
});

test('pieces leave as they come, also under an idempotency key, and the same key is not asked twice', async () => {
  const person = await asker();
  using server = openaiServer();
  const app = createApp(api.ports);
  await connect(person, server.url);
  server.reply({ kind: 'text', text: '{"queries":["blue whales sing"]}' }, { kind: 'stall' });

  const response = await app.fetch(
    request(person, '/chat', { question: 'How do whales sing?' }, { 'idempotency-key': 'once' }),
    { remoteAddress: '10.1.1.1' },
  );
  const reader = response.body!.getReader();
  const first = new TextDecoder().decode((await reader.read()).value);
  const rest = (async () => {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read());
  })();
  await server.stalled;

  // The model says nothing more: what was sent before has arrived all the same.
  expect(first).toStartWith('event: start\n');
  await reader.cancel();
  await rest;
  const { body } = await api.call('/chats', { token: person.token });
  const chat = await api.call(`/chats/${body.chats[0].id}`, { token: person.token });
  expect(chat.body.messages[1]).toMatchObject({ state: 'stopped', problem: null });

  server.reply(
    { kind: 'text', text: '{"queries":["blue whales sing"]}' },
    { kind: 'text', text: 'Below [1 "below twenty hertz"].' },
  );
  const send = () =>
    api.call('/chat', {
      token: person.token,
      body: { question: 'How do blue whales sing?' },
      headers: { 'idempotency-key': 'twice' },
    });
  const [one, two] = [await send(), await send()];
  expect(two.headers.get('idempotency-replayed')).toBe('true');
  expect(two.body).toBe(one.body);
});

test('a model that fails is a problem for JSON and an event for a stream', async () => {
  const person = await asker();
  using server = openaiServer();
  const app = createApp(api.ports);
  await connect(person, server.url);
  const limited = { kind: 'refuse', status: 429, retryAfterSeconds: 9 } as const;
  const plan = { kind: 'text', text: '{"queries":["blue whales sing"]}' } as const;
  server.reply(plan, limited, plan, limited);
  const body = { question: 'How do whales sing?' };

  const whole = await app.fetch(request(person, '/chat', body, { accept: 'application/json' }), {});
  const stream = eventsOf(await (await app.fetch(request(person, '/chat', body), {})).text());

  expect(whole.status).toBe(503);
  expect(whole.headers.get('retry-after')).toBe('9');
  expect(stream.map(({ type }) => type).slice(-3)).toEqual(['usage', 'problem', 'end']);
});

test('chats are listed, renamed, shared and deleted; what is not mine is refused', async () => {
  const person = await asker();
  const colleague = await api.joiner(person.orgId, 'viewer');
  const stranger = await api.founder();
  const { body: chat } = await api.call('/chats', { token: person.token, body: { scope: { tags: ['sea'] } } });
  const path = `/chats/${chat.id}`;

  const changed = await api.call(path, {
    method: 'PATCH',
    token: person.token,
    body: { title: 'Whales', shared: true },
  });

  expect(changed.body).toMatchObject({ title: 'Whales', shared: true, scope: { tags: ['sea'] } });
  expect((await api.call(path, { token: colleague.token })).body).toMatchObject({ isOwn: false });
  expect((await api.call('/chats?which=shared', { token: colleague.token })).body.chats).toHaveLength(1);
  expect((await api.call(path, { token: stranger.token })).status).toBe(404);
  expect((await api.call(path, { method: 'DELETE', token: colleague.token })).status).toBe(403);
  expect((await api.call('/chat', { token: colleague.token, body: { question: 'May I?' } })).status).toBe(403);
  expect((await api.call(`${path}/stop`, { method: 'POST', token: person.token })).status).toBe(204);
  expect((await api.call(`${path}/regenerate`, { method: 'POST', token: person.token })).status).toBe(409);
  expect((await api.call(path, { method: 'DELETE', token: person.token })).status).toBe(204);
  expect((await api.call(path, { token: person.token })).status).toBe(404);
});

test('a scope that names two things is refused by its field', async () => {
  const person = await asker();
  const scope = { itemId: crypto.randomUUID(), tags: ['sea'] };

  const { status, body } = await api.call('/chat', { token: person.token, body: { question: 'What?', scope } });

  expect([status, Object.keys(body.fields)]).toEqual([422, ['scope']]);
});
