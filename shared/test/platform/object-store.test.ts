import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecrets, createStorage } from '@nexus/embedded';
import { migratedDatabase } from '@nexus/embedded/testing';
import { createObjectStore, type ObjectStore } from '@nexus/shared/platform';

const BASE = 'http://storage.internal';
let storage: ReturnType<typeof createStorage>;
let store: ObjectStore;
let close: () => Promise<void>;
let directory: string;

beforeAll(async () => {
  const database = await migratedDatabase();
  directory = mkdtempSync(join(tmpdir(), 'nexus-objects-'));
  const { jwtSecret, serviceKey } = await createSecrets();
  storage = createStorage({ database, directory: join(directory, 'files'), jwtSecret, publicPath: '/storage/v1' });
  const send = (input: string | URL | Request, init?: RequestInit) => storage.fetch(new Request(input, init));
  store = createObjectStore({ supabaseUrl: `${BASE}/`, serviceKey, fetch: send as typeof fetch });
  close = async () => {
    await storage.stop();
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  };
});
afterAll(() => close());

async function put(path: string, text: string): Promise<void> {
  const local = join(directory, 'incoming');
  writeFileSync(local, text);
  await storage.putFile('media', path, local, 'text/plain');
}

test('a signed path downloads the file under the name that was asked for', async () => {
  await put('org/item/слово.txt', 'hello');

  const path = await store.signDownload('org/item/слово.txt', { expiresSeconds: 60, downloadName: 'Привет, мир.txt' });

  expect(path).toStartWith('/storage/v1/object/sign/media/');
  const response = await storage.fetch(new Request(BASE + path));
  expect(await response.text()).toBe('hello');
  expect(decodeURIComponent(response.headers.get('content-disposition') ?? '')).toContain('Привет, мир.txt');
});

test('a signed upload takes one file without any other right', async () => {
  const { token } = await store.signUpload('org/uploads/1/a.txt');

  const response = await storage.fetch(
    new Request(`${BASE}/storage/v1/object/upload/sign/media/org/uploads/1/a.txt?token=${token}`, {
      method: 'PUT',
      headers: { 'content-type': 'text/plain' },
      body: 'uploaded',
    }),
  );

  expect(response.status).toBe(200);
  expect(await store.stat('org/uploads/1/a.txt')).toEqual({ sizeBytes: 8, contentType: 'text/plain' });
});

test('what is not there has no size and cannot be signed', async () => {
  expect(await store.stat('org/nothing')).toBeNull();
  await expect(store.signDownload('org/nothing', { expiresSeconds: 60 })).rejects.toMatchObject({ code: 'not-found' });
});

test('everything below a prefix goes, however deep, and nothing beside it; again is no error', async () => {
  for (const path of ['a/1/x.txt', 'a/1/deep/er/y.txt', 'a/1/deep/z.txt', 'a/10/x.txt', 'a/2/x.txt'])
    await put(path, 'x');

  await store.removeAll('a/1/');
  await store.removeAll('a/1');

  const left = await Promise.all(
    ['a/1/x.txt', 'a/1/deep/er/y.txt', 'a/1/deep/z.txt', 'a/10/x.txt', 'a/2/x.txt'].map((path) => store.stat(path)),
  );
  expect(left.map((stat) => stat !== null)).toEqual([false, false, false, true, true]);
});

test('a storage that does not answer is a passing problem, one that refuses is not', async () => {
  const away = createObjectStore({ supabaseUrl: 'http://127.0.0.1:1', serviceKey: 'x' });
  const refusing = createObjectStore({
    supabaseUrl: BASE,
    serviceKey: 'not a key',
    fetch: ((input: string | URL | Request, init?: RequestInit) =>
      storage.fetch(new Request(input, init))) as typeof fetch,
  });

  await expect(away.stat('x')).rejects.toMatchObject({ code: 'upstream-down', mayRetry: true });
  await expect(refusing.signUpload('x')).rejects.toMatchObject({ code: 'upstream-refused', mayRetry: false });
});
