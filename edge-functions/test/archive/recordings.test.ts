import { afterAll, beforeAll, expect, test } from 'bun:test';
import { randomBytes, randomUUID } from 'node:crypto';
import { databaseAs } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { type Answer, type Person, type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi({ recording: { maxSeconds: 600 } });
});
afterAll(() => api.close());

const newRecording = { mimeType: 'audio/webm;codecs=opus', name: 'Recording, 21 November' };

async function open(person: Person): Promise<string> {
  const { status, body } = await api.call('/media/recordings', { token: person.token, body: newRecording });
  expect(status).toBe(201);
  return body.id;
}

interface Chunk {
  sequence: number;
  bytes?: Buffer<ArrayBuffer>;
  query?: string;
  headers?: Record<string, string>;
}

function send(
  person: Person,
  id: string,
  { sequence, bytes = chunkBytes(), query = '', headers }: Chunk,
): Promise<Answer> {
  const url = `http://api.test/api/media/recordings/${id}/chunks/${sequence}${query}`;
  return api.send(
    new Request(url, {
      method: 'PUT',
      headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/octet-stream', ...headers },
      body: bytes,
    }),
  );
}

const chunkBytes = () => Buffer.from(randomBytes(1000));
const stored = (orgId: string, id: string, sequence: number) =>
  api.ports.storage.stat(`${orgId}/recordings/${id}/${String(sequence).padStart(6, '0')}`);

test('chunks in order are stored, counted and acknowledged', async () => {
  const owner = await api.founder();
  const id = await open(owner);

  await send(owner, id, { sequence: 0, query: '?endSeconds=1.02' });
  const second = await send(owner, id, { sequence: 1, query: '?endSeconds=2.04' });

  expect(second.status).toBe(200);
  expect(second.body).toMatchObject({ nextSequence: 2, sizeBytes: 2000, recordedSeconds: 2.04, state: 'recording' });
  expect((await stored(owner.orgId, id, 1))?.sizeBytes).toBe(1000);
});

test('the same chunk again is acknowledged and changes nothing', async () => {
  const owner = await api.founder();
  const id = await open(owner);
  await send(owner, id, { sequence: 0 });

  const again = await send(owner, id, { sequence: 0, bytes: Buffer.from('something else') });

  expect(again.status).toBe(200);
  expect(again.body).toMatchObject({ nextSequence: 1, sizeBytes: 1000 });
  expect((await stored(owner.orgId, id, 0))?.sizeBytes).toBe(1000);
});

test('a gap is refused and the answer names the chunk that is expected', async () => {
  const owner = await api.founder();
  const id = await open(owner);
  await send(owner, id, { sequence: 0 });

  const gap = await send(owner, id, { sequence: 3 });

  expect(gap.status).toBe(409);
  expect(gap.body.fields).toEqual({ sequence: ['expected 1'] });
  expect(gap.body.detail).toContain('Chunk 1 is expected next');
});

test('an Idempotency-Key leaves the bytes of a chunk as they are', async () => {
  const owner = await api.founder();
  const id = await open(owner);

  await send(owner, id, {
    sequence: 0,
    bytes: Buffer.from([0xff, 0xfe, 0x00, 0x80]),
    headers: { 'idempotency-key': randomUUID() },
  });

  expect((await stored(owner.orgId, id, 0))?.sizeBytes).toBe(4);
});

test('an empty chunk and one above 2 MB are refused', async () => {
  const owner = await api.founder();
  const id = await open(owner);

  const empty = await send(owner, id, { sequence: 0, bytes: Buffer.alloc(0) });
  const large = await send(owner, id, { sequence: 0, bytes: Buffer.alloc(2 * 1024 * 1024 + 1) });

  expect([empty.status, large.status]).toEqual([422, 413]);
});

test('beyond the longest time nothing more is taken, and what was recorded stays', async () => {
  const owner = await api.founder();
  const id = await open(owner);
  await send(owner, id, { sequence: 0, query: '?endSeconds=600' });

  const late = await send(owner, id, { sequence: 1, query: '?endSeconds=601' });

  expect(late.status).toBe(413);
  expect(late.body.detail).toContain('It was kept up to here');
  const { body } = await api.call(`/media/recordings/${id}`, { token: owner.token });
  expect(body.nextSequence).toBe(1);
});

test('the quota is asked for while chunks arrive, whoever else records', async () => {
  const owner = await api.founder();
  const colleague = await api.joiner(owner.orgId, 'member');
  await api.kysely.updateTable('orgs').set({ storage_limit_bytes: 1500 }).where('id', '=', owner.orgId).execute();
  const [ours, theirs] = [await open(owner), await open(colleague)];
  await send(colleague, theirs, { sequence: 0 });

  const refused = await send(owner, ours, { sequence: 0 });

  expect([refused.status, refused.body.code]).toEqual([402, 'quota-exceeded']);
});

test('recordings of others, in the same organisation or another, are not there', async () => {
  const owner = await api.founder();
  const people = [await api.joiner(owner.orgId, 'admin'), await api.founder()];
  const id = await open(owner);
  await send(owner, id, { sequence: 0 });

  for (const { token, ...person } of people) {
    const answers = [
      await api.call(`/media/recordings/${id}`, { token }),
      await send({ ...person, token }, id, { sequence: 1 }),
      await api.call(`/media/recordings/${id}`, { method: 'PATCH', token, body: {} }),
      await api.call(`/media/recordings/${id}/finish`, { token, body: {} }),
      await api.call(`/media/recordings/${id}`, { method: 'DELETE', token }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect((await api.call('/media/recordings', { token })).body.recordings).toEqual([]);
  }
});

test('viewers record nothing', async () => {
  const owner = await api.founder();
  const viewer = await api.joiner(owner.orgId, 'viewer');

  const answer = await api.call('/media/recordings', { token: viewer.token, body: newRecording });

  expect(answer.status).toBe(403);
});

test('a kind that browsers do not record is refused', async () => {
  const owner = await api.founder();

  const answer = await api.call('/media/recordings', {
    token: owner.token,
    body: { ...newRecording, mimeType: 'text/html' },
  });

  expect([answer.status, Object.keys(answer.body.fields)]).toEqual([422, ['mimeType']]);
});

test('finishing waits for all chunks, happens once, and ends the taking of more', async () => {
  const owner = await api.founder();
  const id = await open(owner);
  const finish = (body: object) => api.call(`/media/recordings/${id}/finish`, { token: owner.token, body });

  const nothing = await finish({});
  await send(owner, id, { sequence: 0 });
  const tooEarly = await finish({ chunkCount: 2 });
  await send(owner, id, { sequence: 1 });
  const done = await finish({ chunkCount: 2, title: 'Tides' });
  const again = await finish({ chunkCount: 2, title: 'Other' });
  const late = await send(owner, id, { sequence: 2 });

  expect([nothing.status, tooEarly.status, done.status, again.status, late.status]).toEqual([409, 409, 202, 202, 409]);
  expect(tooEarly.body.detail).toContain('Chunk 1 of 2 has not arrived');
  expect(again.body).toMatchObject({ state: 'finishing', title: 'Tides', isOpen: false });
});

test('a discarded recording is gone from the list', async () => {
  const owner = await api.founder();
  const id = await open(owner);
  await send(owner, id, { sequence: 0 });

  const answer = await api.call(`/media/recordings/${id}`, { method: 'DELETE', token: owner.token });

  expect(answer.status).toBe(204);
  expect((await send(owner, id, { sequence: 1 })).status).toBe(404);
  expect((await api.call('/media/recordings', { token: owner.token })).body.recordings).toEqual([]);
});

test('chunks are not read through the storage either, not even by their maker', async () => {
  const owner = await api.founder();
  const id = await open(owner);
  await send(owner, id, { sequence: 0 });

  const seen = await databaseAs(api.kysely, { role: 'authenticated', sub: owner.id })
    .transaction()
    .execute((tx) => sql`select name from storage.objects`.execute(tx));

  expect(seen.rows).toEqual([]);
  expect((await stored(owner.orgId, id, 0))?.sizeBytes).toBe(1000);
});
