import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { appendFile, link, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DetailedError, Upload, type UploadOptions } from 'tus-js-client';
import { createObjectFiles } from '../../src/storage/object-files.ts';
import {
  objectFiles,
  ok,
  ownFolderPolicies,
  SETUP_MILLISECONDS,
  type StorageServer,
  storageServer,
  until,
} from './storage-server.ts';

const USER = '0f5c2a57-0f7b-4a65-9a70-3d0a8b6a5d02';
const PART_BYTES = 6 * 1024 * 1024;
const CONTENT = Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)).toHex().repeat(110), 'latin1');

let server: StorageServer;
beforeAll(async () => {
  server = await storageServer();
  ok(await server.service.storage.createBucket('large'));
  ok(
    await server.service.storage.createBucket('small', {
      public: false,
      fileSizeLimit: 1000,
      allowedMimeTypes: ['text/plain'],
    }),
  );
  await server.database.exec(ownFolderPolicies('large'));
}, SETUP_MILLISECONDS);
afterAll(() => server[Symbol.asyncDispose]());

async function options(objectName: string, more: Partial<UploadOptions> = {}): Promise<UploadOptions> {
  const token = await server.token({ role: 'authenticated', sub: USER });
  return {
    endpoint: `${server.url}/storage/v1/upload/resumable`,
    chunkSize: PART_BYTES,
    retryDelays: [0, 50, 100],
    removeFingerprintOnSuccess: true,
    ...more,
    headers: { authorization: `Bearer ${token}`, ...more.headers },
    metadata: { bucketName: 'large', objectName, contentType: 'video/mp4', cacheControl: '3600', ...more.metadata },
  };
}

/** Runs to the end, or rejects with what the client reports. */
function run(content: Buffer, uploadOptions: UploadOptions): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(content, { ...uploadOptions, onSuccess: () => resolve(upload), onError: reject });
    upload.start();
  });
}

/** Starts and breaks off after the first part; answers where to go on. */
function runPart(content: Buffer, uploadOptions: UploadOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(content, {
      ...uploadOptions,
      onError: reject,
      onChunkComplete: () => void upload.abort().then(() => resolve(upload.url!), reject),
    });
    upload.start();
  });
}

async function failure(attempt: Promise<unknown>): Promise<{ status: number; body: string }> {
  const error = await attempt.then(() => null).catch((reason: unknown) => reason);
  if (!(error instanceof DetailedError)) throw new Error('The upload did not fail as expected', { cause: error });
  return { status: error.originalResponse?.getStatus() ?? 0, body: error.originalResponse?.getBody() ?? '' };
}

async function stored(name: string): Promise<Buffer> {
  return Buffer.from(await ok(await server.service.storage.from('large').download(name)).arrayBuffer());
}

test('a file larger than one part arrives whole, with the type, cache time and metadata it came with', async () => {
  const name = `${USER}/film.mp4`;

  await run(CONTENT, await options(name, { metadata: { metadata: JSON.stringify({ from: 'camera' }) } }));

  expect(CONTENT.length).toBeGreaterThan(2 * PART_BYTES);
  expect((await stored(name)).equals(CONTENT)).toBe(true);
  expect(ok(await server.service.storage.from('large').info(name))).toMatchObject({
    size: CONTENT.length,
    contentType: 'video/mp4',
    cacheControl: 'max-age=3600',
    metadata: { from: 'camera' },
  });
  const { rows } = await server.database.query('select owner_id from storage.objects where name = $1', [name]);
  expect(rows).toEqual([{ owner_id: USER }]);
});

test('an upload goes on where it broke off, also in a restarted server', async () => {
  const name = `${USER}/resumed.mp4`;
  const uploadUrl = await runPart(CONTENT, await options(name));
  await server.restart();
  const offsets: number[] = [];

  await run(CONTENT, await options(name, { uploadUrl, onProgress: (sent) => offsets.push(sent) }));

  expect(Math.min(...offsets)).toBeGreaterThanOrEqual(PART_BYTES);
  expect((await stored(name)).equals(CONTENT)).toBe(true);
});

test('bytes of a part that broke off half-way are kept', async () => {
  const uploadUrl = await create(`${USER}/half.mp4`, CONTENT.length);
  const interrupted = new AbortController();
  let sent = 0;
  const body = new ReadableStream({
    async pull(controller) {
      if (sent < 300_000) {
        controller.enqueue(CONTENT.subarray(sent, (sent += 100_000)));
      } else {
        await until(() => sizeOf(uploadUrl) === 300_000);
        interrupted.abort();
      }
    },
  });

  const attempt = patch(uploadUrl, 0, body, { signal: interrupted.signal });

  await expect(attempt).rejects.toMatchObject({ name: 'AbortError' });
  const head = await fetch(uploadUrl, { method: 'HEAD', headers: await tusHeaders() });
  expect(head.headers.get('upload-offset')).toBe('300000');
  await run(CONTENT, await options(`${USER}/half.mp4`, { uploadUrl }));
  expect((await stored(`${USER}/half.mp4`)).equals(CONTENT)).toBe(true);
});

test('a client whose last answer got lost learns that the upload is done', async () => {
  const name = `${USER}/answered.mp4`;
  const upload = await run(CONTENT.subarray(0, 1000), await options(name));

  const head = await fetch(upload.url!, { method: 'HEAD', headers: await tusHeaders() });
  await run(CONTENT.subarray(0, 1000), await options(name, { uploadUrl: upload.url! }));

  expect([head.status, head.headers.get('upload-offset'), head.headers.get('upload-length')]).toEqual([
    200,
    '1000',
    '1000',
  ]);
});

test('an upload killed between its last byte and its row becomes an object when its client comes back', async () => {
  const name = `${USER}/late.mp4`;
  const uploadUrl = await create(name, 1000);
  await appendFile(pathOf(uploadUrl), CONTENT.subarray(0, 1000));
  await server.restart();

  await run(CONTENT.subarray(0, 1000), await options(name, { uploadUrl }));

  expect((await stored(name)).equals(CONTENT.subarray(0, 1000))).toBe(true);
});

test('an upload killed after its file was placed, but before its row, becomes an object all the same', async () => {
  const name = `${USER}/placed.mp4`;
  const uploadUrl = await create(name, 1000);
  await appendFile(pathOf(uploadUrl), CONTENT.subarray(0, 1000));
  const placed = createObjectFiles(server.directory).pathOf({
    bucketId: 'large',
    name,
    version: uploadUrl.split('/').at(-1)!,
  })!;
  await mkdir(dirname(placed), { recursive: true });
  await link(pathOf(uploadUrl), placed);

  await run(CONTENT.subarray(0, 1000), await options(name, { uploadUrl }));

  expect((await stored(name)).equals(CONTENT.subarray(0, 1000))).toBe(true);
});

test('an empty file and creation with the first bytes work', async () => {
  await run(Buffer.alloc(0), await options(`${USER}/empty.mp4`));
  await run(CONTENT.subarray(0, 500), await options(`${USER}/at-once.mp4`, { uploadDataDuringCreation: true }));

  expect(await stored(`${USER}/empty.mp4`)).toHaveLength(0);
  expect(await stored(`${USER}/at-once.mp4`)).toHaveLength(500);
});

test('a finished upload leaves one file and no bytes beside it', async () => {
  const before = await objectFiles(server.directory);

  const upload = await run(CONTENT, await options(`${USER}/once.mp4`));

  expect(await objectFiles(server.directory)).toHaveLength(before.length + 1);
  expect(existsSync(pathOf(upload.url!))).toBe(false);
});

test('an existing object is replaced only when asked', async () => {
  const name = `${USER}/taken.mp4`;
  await run(CONTENT.subarray(0, 100), await options(name));

  const refused = await failure(run(CONTENT.subarray(0, 200), await options(name)));
  await run(CONTENT.subarray(0, 300), await options(name, { headers: { 'x-upsert': 'true' } }));

  expect(refused).toEqual({ status: 409, body: 'The resource already exists' });
  expect(await stored(name)).toHaveLength(300);
});

test('policies decide who may upload where, before a byte is sent', async () => {
  const before = await readdir(join(server.directory, 'resumable'));

  const elsewhere = await failure(run(CONTENT, await options('someone-else/x.mp4')));
  const forged = await fetch(`${server.url}/storage/v1/upload/resumable`, {
    method: 'POST',
    headers: { ...(await tusHeaders()), authorization: 'Bearer a.b.c', 'upload-length': '5' },
  });
  const nobody = await failure(run(CONTENT, await options('x.mp4', { headers: { authorization: '' } })));

  expect([elsewhere.status, nobody.status]).toEqual([403, 403]);
  expect(forged.ok).toBe(false);
  expect(await readdir(join(server.directory, 'resumable'))).toEqual(before);
});

test('the limits of the bucket hold: declared size, type, and bytes while they arrive', async () => {
  const service = { authorization: `Bearer ${await server.token({ role: 'service_role' })}` };
  const small = (more: Partial<UploadOptions>) =>
    options('x.txt', {
      ...more,
      headers: service,
      metadata: { bucketName: 'small', contentType: 'text/plain', ...more.metadata },
    });

  const declared = await failure(run(CONTENT, await small({})));
  const type = await failure(run(CONTENT.subarray(0, 10), await small({ metadata: { contentType: 'text/html' } })));
  const deferred = await fetch(`${server.url}/storage/v1/upload/resumable`, {
    method: 'POST',
    headers: {
      ...(await tusHeaders()),
      ...service,
      'upload-defer-length': '1',
      'upload-metadata': metadata('small', 'y.txt', 'text/plain'),
    },
  });
  const chunked = await patch(
    new URL(deferred.headers.get('location')!, server.url).href,
    0,
    new Blob([CONTENT]).stream(),
    { headers: service },
  );

  expect([declared.status, type.status, deferred.status, chunked.status]).toEqual([413, 415, 201, 413]);
});

test('names and buckets that cannot be are refused', async () => {
  const climbing = await failure(run(CONTENT, await options('../../escape.mp4')));
  const unnamed = await failure(run(CONTENT, await options('')));
  const nowhere = await failure(run(CONTENT, await options('x.mp4', { metadata: { bucketName: 'nowhere' } })));

  expect(climbing).toEqual({ status: 400, body: 'Invalid key: ../../escape.mp4' });
  expect([unnamed.status, nowhere.status]).toEqual([400, 404]);
});

test('a signed upload token stands in for an account', async () => {
  const user = await server.user(USER);
  const name = `${USER}/signed.mp4`;
  const { token } = ok(await user.storage.from('large').createSignedUploadUrl(name));
  const endpoint = `${server.url}/storage/v1/upload/resumable/sign`;
  const signed = (objectName: string, signature: string) =>
    options(objectName, { endpoint, headers: { authorization: '', 'x-signature': signature } });

  const other = await failure(run(CONTENT, await signed(`${USER}/other.mp4`, token)));
  const missing = await failure(run(CONTENT, await signed(name, '')));
  const uploadUrl = await runPart(CONTENT, await signed(name, token));
  await run(CONTENT, { ...(await signed(name, token)), uploadUrl });

  expect([other.status, missing.status]).toEqual([400, 400]);
  expect((await stored(name)).equals(CONTENT)).toBe(true);
  const { rows } = await server.database.query('select owner_id from storage.objects where name = $1', [name]);
  expect(rows).toEqual([{ owner_id: USER }]);
});

test('a canceled upload is gone', async () => {
  const uploadUrl = await runPart(CONTENT, await options(`${USER}/canceled.mp4`));

  await Upload.terminate(uploadUrl, await options(`${USER}/canceled.mp4`));

  const head = await fetch(uploadUrl, { method: 'HEAD', headers: await tusHeaders() });
  expect(head.status).toBe(404);
  expect(existsSync(pathOf(uploadUrl))).toBe(false);
});

test('an unfinished upload expires after a day', async () => {
  const uploadUrl = await runPart(CONTENT, await options(`${USER}/forgotten.mp4`));
  const fresh = await runPart(CONTENT, await options(`${USER}/fresh.mp4`));
  const record = Bun.file(`${pathOf(uploadUrl)}.json`);
  const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000 - 1000).toISOString();
  await Bun.write(record, JSON.stringify({ ...(await record.json()), creation_date: yesterday }));

  const late = await patch(uploadUrl, PART_BYTES, CONTENT.subarray(PART_BYTES));
  await server.restart();
  const head = await fetch(uploadUrl, { method: 'HEAD', headers: await tusHeaders() });

  expect(late.status).toBe(410);
  expect(head.status).toBe(404);
  expect([existsSync(pathOf(uploadUrl)), existsSync(pathOf(fresh))]).toEqual([false, true]);
});

test('a second connection for the same upload takes over from a stalled one', async () => {
  const name = `${USER}/stalled.mp4`;
  const uploadUrl = await create(name, CONTENT.length);
  const interrupted = new AbortController();
  const stalled = patch(
    uploadUrl,
    0,
    new ReadableStream({ start: (controller) => controller.enqueue(CONTENT.subarray(0, 1000)) }),
    {
      signal: interrupted.signal,
    },
  ).catch((error: unknown) => error);
  await until(() => sizeOf(uploadUrl) === 1000);

  await run(CONTENT, await options(name, { uploadUrl }));
  interrupted.abort();
  await stalled;

  expect((await stored(name)).equals(CONTENT)).toBe(true);
});

async function tusHeaders(): Promise<Record<string, string>> {
  return {
    'tus-resumable': '1.0.0',
    authorization: `Bearer ${await server.token({ role: 'authenticated', sub: USER })}`,
  };
}

function metadata(bucketName: string, objectName: string, contentType: string): string {
  return Object.entries({ bucketName, objectName, contentType })
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

async function create(objectName: string, sizeBytes: number): Promise<string> {
  const created = await fetch(`${server.url}/storage/v1/upload/resumable`, {
    method: 'POST',
    headers: {
      ...(await tusHeaders()),
      'upload-length': String(sizeBytes),
      'upload-metadata': metadata('large', objectName, 'video/mp4'),
    },
  });
  return new URL(created.headers.get('location')!, server.url).href;
}

async function patch(uploadUrl: string, offset: number, body: BodyInit, init: RequestInit = {}): Promise<Response> {
  const headers = {
    ...(await tusHeaders()),
    'upload-offset': String(offset),
    'content-type': 'application/offset+octet-stream',
  };
  return fetch(uploadUrl, {
    method: 'PATCH',
    body,
    ...init,
    headers: { ...headers, ...(init.headers as Record<string, string>) },
  });
}

/** Where the server keeps the bytes so far. */
function pathOf(uploadUrl: string): string {
  return join(server.directory, 'resumable', uploadUrl.split('/').at(-1)!);
}

function sizeOf(uploadUrl: string): number {
  return Bun.file(pathOf(uploadUrl)).size;
}
