import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { objectFiles, ok, SETUP_MILLISECONDS, type StorageServer, storageServer } from './storage-server.ts';

let server: StorageServer;
beforeAll(async () => {
  server = await storageServer();
  ok(await server.service.storage.createBucket('library'));
}, SETUP_MILLISECONDS);
afterAll(() => server[Symbol.asyncDispose]());

async function localFile(content: string): Promise<string> {
  const path = join(server.directory, `produced-${crypto.randomUUID()}`);
  await Bun.write(path, content);
  return path;
}

test('the worker reads an object from its path on disk', async () => {
  ok(await server.service.storage.from('library').upload('a/film.mp4', 'moving pictures'));

  const path = await server.storage.localPath('library', 'a/film.mp4');

  expect(await Bun.file(path!).text()).toBe('moving pictures');
  expect(await server.storage.localPath('library', 'a/none.mp4')).toBeNull();
});

test('a path read before stays what it was until its object is replaced', async () => {
  const bucket = server.service.storage.from('library');
  ok(await bucket.upload('changing.txt', 'one'));
  const before = await server.storage.localPath('library', 'changing.txt');

  ok(await bucket.update('changing.txt', 'two'));

  const after = await server.storage.localPath('library', 'changing.txt');
  expect(await Bun.file(after!).text()).toBe('two');
  expect(existsSync(before!)).toBe(false);
});

test('a finished local file is moved in and has the rows of an upload', async () => {
  const path = await localFile('poster');
  ok(await server.service.storage.from('library').upload('derived/poster.jpg', 'older poster'));
  const files = await objectFiles(server.directory);

  await server.storage.putFile('library', 'derived/poster.jpg', path, 'image/jpeg');

  const bucket = server.service.storage.from('library');
  expect(await ok(await bucket.download('derived/poster.jpg')).text()).toBe('poster');
  expect(ok(await bucket.info('derived/poster.jpg'))).toMatchObject({
    size: 6,
    contentType: 'image/jpeg',
    cacheControl: 'max-age=3600',
  });
  expect(existsSync(path)).toBe(false);
  expect(await objectFiles(server.directory)).toHaveLength(files.length);
});

test('a local file that cannot be put in stays where it was', async () => {
  const path = await localFile('kept');

  const attempts = await Promise.allSettled([
    server.storage.putFile('nowhere', 'x.txt', path, 'text/plain'),
    server.storage.putFile('library', '../x.txt', path, 'text/plain'),
  ]);

  expect(attempts).toMatchObject([{ reason: { code: 'NoSuchBucket' } }, { reason: { code: 'InvalidKey' } }]);
  expect(await Bun.file(path).text()).toBe('kept');
});

test('what a killed process left is gone after the next start, and nothing else', async () => {
  ok(await server.service.storage.from('library').upload('kept.txt', 'kept'));
  ok(await server.service.storage.from('library').upload('deleted-in-sql.txt', 'orphan'));
  const files = await objectFiles(server.directory);
  await server.database.query(`delete from storage.objects where name = 'deleted-in-sql.txt'`);
  const kept = await server.storage.localPath('library', 'kept.txt');
  await Bun.write(join(dirname(kept!), `${'0'.repeat(40)}-${crypto.randomUUID()}`), 'placed, row never committed');
  await mkdir(join(server.directory, 'incoming/earlier-run'), { recursive: true });
  await Bun.write(join(server.directory, 'incoming/earlier-run/half'), 'half a body');
  const bytesWithoutRecord = join(server.directory, 'resumable', crypto.randomUUID());
  await mkdir(dirname(bytesWithoutRecord), { recursive: true });
  await Bun.write(bytesWithoutRecord, 'x');
  await utimes(bytesWithoutRecord, 0, 0);

  await server.restart();

  expect(await server.storage.swept).toBe(2);
  expect(await objectFiles(server.directory)).toHaveLength(files.length - 1);
  expect(await ok(await server.service.storage.from('library').download('kept.txt')).text()).toBe('kept');
  expect(await readdir(join(server.directory, 'incoming'))).toHaveLength(1);
  expect(existsSync(bytesWithoutRecord)).toBe(false);
});

test('an object whose file was taken away from outside is not found', async () => {
  ok(await server.service.storage.from('library').upload('taken.txt', 'x'));
  await rm((await server.storage.localPath('library', 'taken.txt'))!);

  const answer = await server.service.storage.from('library').download('taken.txt');

  expect(answer.error).toMatchObject({ statusCode: '404' });
  expect(await server.storage.localPath('library', 'taken.txt')).toBeNull();
});

test('a full disk is said in words, and the upload can go on later', async () => {
  const headers = { 'tus-resumable': '1.0.0', authorization: `Bearer ${await server.token({ role: 'service_role' })}` };
  const created = await fetch(`${server.url}/storage/v1/upload/resumable`, {
    method: 'POST',
    headers: {
      ...headers,
      'upload-length': '5',
      'upload-metadata': `bucketName ${btoa('library')},objectName ${btoa('full.txt')}`,
    },
  });
  const location = new URL(created.headers.get('location')!, server.url).href;
  const bytes = join(server.directory, 'resumable', location.split('/').at(-1)!);
  const patch = () =>
    fetch(location, {
      method: 'PATCH',
      body: 'hello',
      headers: { ...headers, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    });
  await rm(bytes);
  // Every write to this device fails as on a full disk.
  await symlink('/dev/full', bytes);

  const full = await patch();
  await rm(bytes);
  await Bun.write(bytes, '');
  const later = await patch();

  expect([full.status, await full.text()]).toEqual([507, 'The disk is full. Free some space and upload again']);
  expect(later.status).toBe(204);
  expect(await ok(await server.service.storage.from('library').download('full.txt')).text()).toBe('hello');
});
