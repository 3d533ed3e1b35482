import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { objectFiles, ok, SETUP_MILLISECONDS, type StorageServer, storageServer } from './storage-server.ts';

let server: StorageServer;
beforeAll(async () => {
  server = await storageServer();
  ok(await server.service.storage.createBucket('names'));
}, SETUP_MILLISECONDS);
afterAll(() => server[Symbol.asyncDispose]());

const NAMES = [
  'plain.txt',
  'with space.txt',
  "all of S3's safe ones !-_.*'()&$@=;:+,.txt",
  'документ.doc',
  '文档/ملف.pdf',
  'दस्तावेज़.doc',
  '🚀 👨‍👩‍👧.jpg',
  '.hidden',
  '..hidden/...txt',
  'a'.repeat(1024),
  '文'.repeat(341),
];

const REFUSED = [
  '../escape.txt',
  'a/../../escape.txt',
  './here.txt',
  'a/..',
  'line\nbreak.txt',
  'nul\0.txt',
  'back\\slash.txt',
  'percent%41.txt',
  'hash#.txt',
  'quote".txt',
  '<b>.txt',
  'zero​width.txt',
  'right‮left.txt',
  'lone\ud800.txt',
  'a'.repeat(1025),
  '文'.repeat(342),
];

test('a name Supabase takes is stored, found, listed, signed, copied and removed under that name', async () => {
  const bucket = server.service.storage.from('names');

  for (const name of NAMES) {
    ok(await bucket.upload(name, name));
    const listed = ok(await bucket.listV2({ prefix: name, limit: 1 }));
    const { signedUrl } = ok(await bucket.createSignedUrl(name, 60));

    expect(await ok(await bucket.download(name)).text()).toBe(name);
    expect(listed.objects[0]?.name).toBe(name.normalize('NFC'));
    expect(await (await fetch(signedUrl)).text()).toBe(name);
    expect(ok(await bucket.remove([name]))).toHaveLength(1);
  }
});

test('a name Supabase refuses is an invalid key, wherever it is given', async () => {
  const headers = { authorization: `Bearer ${await server.token({ role: 'service_role' })}` };
  const bucket = server.service.storage.from('names');
  ok(await bucket.upload('source.txt', 'x'));

  for (const name of REFUSED) {
    const path = encodeURIComponent(name.toWellFormed() === name ? name : '\0');
    const uploaded = await fetch(`${server.url}/storage/v1/object/names/${path}`, {
      method: 'POST',
      body: 'x',
      headers,
    });
    const copied = await bucket.copy('source.txt', name);
    const moved = await bucket.move('source.txt', name);

    expect(await uploaded.json()).toMatchObject({ statusCode: '400', error: 'InvalidKey' });
    expect(copied.error).toMatchObject({ statusCode: '400', code: 'InvalidKey' });
    expect(moved.error).toMatchObject({ statusCode: '400', code: 'InvalidKey' });
  }
  expect((await bucket.exists('source.txt')).data).toBe(true);
});

test('an address that is no valid encoding is refused', async () => {
  const answer = await fetch(`${server.url}/storage/v1/object/public/names/%E0%A4%A.txt`);

  expect(await answer.json()).toMatchObject({ statusCode: '400', error: 'InvalidKey' });
});

test('two spellings of the same accents are one object', async () => {
  const bucket = server.service.storage.from('names');
  ok(await bucket.upload('café.txt'.normalize('NFD'), 'one'));

  expect(await ok(await bucket.download('café.txt'.normalize('NFC'))).text()).toBe('one');
  expect((await bucket.upload('café.txt'.normalize('NFC'), 'two')).error).toMatchObject({ statusCode: '409' });
});

test('search text and prefixes are never patterns', async () => {
  const bucket = server.service.storage.from('names');
  ok(await bucket.upload('under_score.txt', 'x'));
  ok(await bucket.upload('underXscore.txt', 'x'));

  const found = ok(await bucket.list('', { search: 'under_' }));
  const percent = ok(await bucket.list('', { search: '%' }));
  const nul = await bucket.list('nul\0');

  expect(found.map(({ name }) => name)).toEqual(['under_score.txt']);
  expect(percent).toEqual([]);
  expect(nul.error).toMatchObject({ statusCode: '400' });
});

test('no stored path holds any part of a name, and nothing lies outside the directory', async () => {
  const bucket = server.service.storage.from('names');
  const beside = readdirSync(dirname(server.directory));
  ok(await bucket.upload('recognisable/name.txt', 'x'));

  const files = await objectFiles(server.directory);

  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect(file).toMatch(/^objects\/[0-9a-f]{16}\/[0-9a-f]{2}\/[0-9a-f]{40}-[0-9a-f-]{36}$/);
  expect(readdirSync(dirname(server.directory)).filter((name) => /escape|recognisable/.test(name))).toEqual([]);
  expect(beside).not.toContain('escape.txt');
});
