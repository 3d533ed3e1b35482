import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { objectFiles, ok, SETUP_MILLISECONDS, type StorageServer, storageServer, until } from './storage-server.ts';

let server: StorageServer;
beforeAll(async () => {
  server = await storageServer();
  ok(await server.service.storage.createBucket('files'));
  ok(await server.service.storage.createBucket('public-files', { public: true }));
  ok(
    await server.service.storage.createBucket('strict', {
      public: false,
      fileSizeLimit: 1000,
      allowedMimeTypes: ['text/plain', 'image/*'],
    }),
  );
}, SETUP_MILLISECONDS);
afterAll(() => server[Symbol.asyncDispose]());

const text = async (answer: { data: Blob | null; error: unknown }) => ok(answer).text();

test('every kind of body the client takes arrives byte for byte', async () => {
  const bucket = server.service.storage.from('files');
  const bytes = crypto.getRandomValues(new Uint8Array(200_000));
  const form = new FormData();
  form.append('', new Blob([bytes], { type: 'image/png' }), 'a.png');
  const bodies: [string, Parameters<typeof bucket.upload>[1]][] = [
    ['blob', new Blob([bytes])],
    ['file', new File([bytes], 'näme "quoted".png', { type: 'image/png' })],
    ['form', form],
    ['array-buffer', bytes.buffer],
    ['view', bytes],
    ['buffer', Buffer.from(bytes)],
    ['stream', new Blob([bytes]).stream()],
  ];

  for (const [name, body] of bodies) {
    const { path, fullPath, id } = ok(await bucket.upload(`kinds/${name}`, body, { contentType: 'image/png' }));
    const stored = await ok(await bucket.download(`kinds/${name}`)).bytes();

    expect({ path, fullPath }).toEqual({ path: `kinds/${name}`, fullPath: `files/kinds/${name}` });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(Bun.hash(stored)).toBe(Bun.hash(bytes));
  }
});

test('a form whose bytes look like its boundary is stored as it is', async () => {
  const bucket = server.service.storage.from('files');
  const tricky = '\r\n--\r\n------WebKitFormBoundary\r\n\r\n--'.repeat(5000);

  ok(await bucket.upload('tricky.txt', new Blob([tricky])));

  expect(await text(await bucket.download('tricky.txt'))).toBe(tricky);
});

test('an empty file is a file', async () => {
  const bucket = server.service.storage.from('files');

  ok(await bucket.upload('empty.txt', new Blob([])));
  ok(await bucket.upload('empty-raw.txt', ''));

  expect(await text(await bucket.download('empty.txt'))).toBe('');
  expect(ok(await bucket.info('empty-raw.txt')).size).toBe(0);
});

test('a name is taken only once unless the upload may replace it', async () => {
  const bucket = server.service.storage.from('files');
  ok(await bucket.upload('again.txt', 'first'));
  const before = await objectFiles(server.directory);

  const second = await bucket.upload('again.txt', 'second');
  const kept = await text(await bucket.download('again.txt'));
  ok(await bucket.upload('again.txt', 'third', { upsert: true }));
  const replaced = await text(await bucket.download('again.txt'));
  ok(await bucket.update('again.txt', new Blob(['fourth'])));

  expect(second.error).toMatchObject({ statusCode: '409', status: 400, message: 'The resource already exists' });
  expect([kept, replaced, await text(await bucket.download('again.txt'))]).toEqual(['first', 'third', 'fourth']);
  expect(await objectFiles(server.directory)).toHaveLength(before.length);
});

test('info, exists and the rows tell what was uploaded', async () => {
  const bucket = server.service.storage.from('files');
  ok(
    await bucket.upload('told.txt', new Blob(['12345'], { type: 'text/csv' }), {
      cacheControl: '60',
      metadata: { by: 'ü' },
    }),
  );
  ok(await bucket.upload('told-raw.txt', '12345', { contentType: 'text/csv', metadata: { by: 'ü' } }));

  const info = ok(await bucket.info('told.txt'));
  const raw = ok(await bucket.info('told-raw.txt'));

  expect(info).toMatchObject({
    name: 'told.txt',
    bucketId: 'files',
    size: 5,
    contentType: 'text/csv',
    cacheControl: 'max-age=60',
  });
  expect(info.metadata).toEqual({ by: 'ü' } as never);
  expect(raw).toMatchObject({ size: 5, contentType: 'text/csv', cacheControl: 'max-age=3600', metadata: { by: 'ü' } });
  expect((await bucket.exists('told.txt')).data).toBe(true);
  expect((await bucket.exists('untold.txt')).data).toBe(false);
  expect((await bucket.download('untold.txt')).error).toMatchObject({ statusCode: '404', message: 'Object not found' });
});

test('a stored encoding is told to whoever downloads', async () => {
  const bucket = server.service.storage.from('files');
  const zipped = Bun.gzipSync('many words');

  ok(await bucket.upload('zipped.txt', zipped, { contentEncoding: 'gzip' }));

  expect(ok(await bucket.info('zipped.txt')).contentEncoding).toBe('gzip');
  expect(await text(await bucket.download('zipped.txt'))).toBe('many words');
});

test("a bucket's limits hold for every way in, and leave nothing behind", async () => {
  const bucket = server.service.storage.from('strict');
  const before = await objectFiles(server.directory);

  const answers = [
    await bucket.upload('big.txt', new Blob(['x'.repeat(1001)], { type: 'text/plain' })),
    await bucket.upload('big.txt', 'x'.repeat(1001)),
    await bucket.upload('big.txt', new Blob(['x'.repeat(1001)]).stream()),
    await bucket.upload('page.html', new Blob(['<p>'], { type: 'text/html' })),
    await bucket.upload('page.html', '<p>', { contentType: 'text/html' }),
  ];
  ok(await bucket.upload('fits.txt', 'x'.repeat(1000)));
  ok(await bucket.upload('fits.png', new Blob(['x'], { type: 'image/png' })));

  expect(answers.map(({ error }) => (error as { statusCode?: string } | null)?.statusCode)).toEqual([
    '413',
    '413',
    '413',
    '415',
    '415',
  ]);
  expect(await objectFiles(server.directory)).toHaveLength(before.length + 2);
  expect(await incomingFiles()).toEqual([]);
});

test('an upload broken off leaves neither row nor file', async () => {
  const bucket = server.service.storage.from('files');
  const before = await objectFiles(server.directory);
  const interrupted = new AbortController();
  const body = new ReadableStream({
    async pull(controller) {
      controller.enqueue(new Uint8Array(100_000));
      if ((await incomingFiles()).length > 0) interrupted.abort();
    },
  });

  const attempt = fetch(`${server.url}/storage/v1/object/files/broken.bin`, {
    method: 'POST',
    body,
    signal: interrupted.signal,
    headers: { authorization: `Bearer ${await server.token({ role: 'service_role' })}` },
  });

  await expect(attempt).rejects.toMatchObject({ name: 'AbortError' });
  await until(async () => (await incomingFiles()).length === 0);
  expect((await bucket.exists('broken.bin')).data).toBe(false);
  expect(await objectFiles(server.directory)).toHaveLength(before.length);
});

test('a public bucket is read by everyone under its public address', async () => {
  const bucket = server.service.storage.from('public-files');
  ok(await bucket.upload('a folder/ü & b.txt', 'for all'));

  const { publicUrl } = bucket.getPublicUrl('a folder/ü & b.txt').data;
  const shown = await fetch(publicUrl);
  const attached = await fetch(bucket.getPublicUrl('a folder/ü & b.txt', { download: 'c d.txt' }).data.publicUrl);
  const anonymous = await server.anon.storage.from('public-files').download('a folder/ü & b.txt');
  const hidden = await fetch(server.service.storage.from('files').getPublicUrl('told.txt').data.publicUrl);

  expect(await shown.text()).toBe('for all');
  expect(attached.headers.get('content-disposition')).toBe(
    `attachment; filename=c%20d.txt; filename*=UTF-8''c%20d.txt;`,
  );
  expect(await text(anonymous)).toBe('for all');
  expect(await hidden.json()).toMatchObject({ statusCode: '404', message: 'Bucket not found' });
});

test('an upload to a bucket that is not there names the bucket', async () => {
  const answer = await server.service.storage.from('nowhere').upload('a.txt', 'a');

  expect(answer.error).toMatchObject({ statusCode: '404', message: 'Bucket not found' });
});

test('a body that claims to be a form and is none is refused', async () => {
  const headers = { authorization: `Bearer ${await server.token({ role: 'service_role' })}` };
  const post = (contentType: string, body: string) =>
    fetch(`${server.url}/storage/v1/object/files/form.txt`, {
      method: 'POST',
      body,
      headers: { ...headers, 'content-type': contentType },
    });

  const answers = await Promise.all([
    post('multipart/form-data', 'x'),
    post('multipart/form-data; boundary=abc', 'no boundary in here'),
    post(
      'multipart/form-data; boundary=abc',
      '--abc\r\ncontent-disposition: form-data; name=""; filename="a"\r\n\r\nhalf a fi',
    ),
    post(
      'multipart/form-data; boundary=abc',
      '--abc\r\ncontent-disposition: form-data; name="cacheControl"\r\n\r\n1\r\n--abc--\r\n',
    ),
  ]);

  for (const answer of answers)
    expect(await answer.json()).toMatchObject({ statusCode: '400', error: 'InvalidRequest' });
  expect(await incomingFiles()).toEqual([]);
});

async function incomingFiles(): Promise<string[]> {
  const runs = await readdir(join(server.directory, 'incoming'));
  return (await Promise.all(runs.map((run) => readdir(join(server.directory, 'incoming', run))))).flat();
}
