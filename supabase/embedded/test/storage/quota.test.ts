import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DetailedError, Upload, type UploadOptions } from 'tus-js-client';
import { SETUP_MILLISECONDS, type StorageServer, storageServer } from './storage-server.ts';

let server: StorageServer;
beforeAll(async () => {
  server = await storageServer();
}, SETUP_MILLISECONDS);
afterAll(() => server[Symbol.asyncDispose]());

const KB = 1000;

async function organisation(limitBytes: number): Promise<{ id: string; path: (name: string) => string }> {
  const id = crypto.randomUUID();
  await server.database.query(`insert into orgs (id, name, storage_limit_bytes) values ($1, 'Small', $2)`, [
    id,
    limitBytes,
  ]);
  return { id, path: (name) => `${id}/uploads/${crypto.randomUUID()}/${name}` };
}

const reserve = (orgId: string, path: string, bytes: number) =>
  server.database.query('insert into upload_reservations (path, org_id, size_bytes) values ($1, $2, $3)', [
    path,
    orgId,
    bytes,
  ]);

/** Sends in parts of 10 kB; `onPart` runs after each. */
async function send(objectName: string, bytes: number, more: Partial<UploadOptions> = {}): Promise<Upload> {
  const token = await server.token({ role: 'service_role' });
  return new Promise((resolve, reject) => {
    const upload = new Upload(Buffer.alloc(bytes, 'x'), {
      endpoint: `${server.url}/storage/v1/upload/resumable`,
      chunkSize: 10 * KB,
      retryDelays: null,
      headers: { authorization: `Bearer ${token}` },
      metadata: { bucketName: 'media', objectName, contentType: 'audio/mpeg' },
      onSuccess: () => resolve(upload),
      onError: reject,
      ...more,
    });
    upload.start();
  });
}

function refusal(error: unknown): { status: number; code: unknown } {
  if (!(error instanceof DetailedError) || !error.originalResponse) throw error;
  const body = error.originalResponse.getBody();
  return { status: error.originalResponse.getStatus(), code: body.startsWith('{') ? JSON.parse(body).code : body };
}

test('an upload that is too large for the room left is refused before its first byte', async () => {
  const org = await organisation(50 * KB);

  const answer = await send(org.path('big.mp3'), 60 * KB).catch(refusal);

  expect(answer).toEqual({ status: 413, code: 'quota-exceeded' });
});

test('what other open uploads announced is taken, what this one announced is its own', async () => {
  const org = await organisation(50 * KB);
  const [first, second] = [org.path('first.mp3'), org.path('second.mp3')];
  await reserve(org.id, first, 30 * KB);

  const refused = await send(second, 30 * KB).catch(refusal);
  await send(first, 30 * KB);

  expect(refused).toEqual({ status: 413, code: 'quota-exceeded' });
});

test('an upload stops when the room fills up while its bytes arrive, and what came of it goes', async () => {
  const org = await organisation(50 * KB);
  const path = org.path('talk.mp3');
  const kept = async () => (await readdir(join(server.directory, 'resumable')).catch(() => [])).length;
  const before = await kept();

  const answer = await send(path, 40 * KB, {
    // The library of the same organisation grows meanwhile.
    onChunkComplete: () =>
      void server.database.query(
        `insert into items (org_id, source, title, size_bytes) values ($1, 'text', 'Other', ${20 * KB})`,
        [org.id],
      ),
  }).catch(refusal);

  expect(answer).toEqual({ status: 413, code: 'quota-exceeded' });
  expect(await kept()).toBe(before);
});

test('an upload of unknown length ends where the room does', async () => {
  const org = await organisation(25 * KB);

  const answer = await send(org.path('live.mp3'), 40 * KB, { uploadLengthDeferred: true }).catch(refusal);

  expect(answer).toMatchObject({ status: 413 });
});

test('a plain upload is refused as well', async () => {
  const org = await organisation(10 * KB);

  const { error } = await server.service.storage.from('media').upload(org.path('plain.mp3'), Buffer.alloc(11 * KB));

  expect(error?.message).toContain('does not fit');
});

test('without a limit, and outside of uploads, nothing is counted', async () => {
  const org = await organisation(10 * KB);
  const playable = `${org.id}/${crypto.randomUUID()}/play.opus`;

  await send(playable, 20 * KB);
  await server.database.query('update orgs set storage_limit_bytes = null where id = $1', [org.id]);
  await send(org.path('large.mp3'), 60 * KB);
});
