import { afterAll, beforeAll, expect, test } from 'bun:test';
import { objectFiles, ok, SETUP_MILLISECONDS, type StorageServer, storageServer } from './storage-server.ts';

let server: StorageServer;
beforeAll(async () => {
  server = await storageServer({ maxFileBytes: 1_000_000_000 });
}, SETUP_MILLISECONDS);
afterAll(() => server[Symbol.asyncDispose]());

test('a bucket is created, read, changed, listed and deleted', async () => {
  const { storage } = server.service;

  const created = ok(await storage.createBucket('films', { public: true, fileSizeLimit: '20MB' }));
  const found = ok(await storage.getBucket('films'));
  const changed = ok(
    await storage.updateBucket('films', { public: false, fileSizeLimit: null, allowedMimeTypes: ['video/*'] }),
  );
  const after = ok(await storage.getBucket('films'));
  const deleted = ok(await storage.deleteBucket('films'));
  const gone = await storage.getBucket('films');

  expect(created).toEqual({ name: 'films' });
  expect(found).toMatchObject({
    id: 'films',
    name: 'films',
    public: true,
    file_size_limit: 20_000_000,
    type: 'STANDARD',
  });
  expect(changed).toEqual({ message: 'Successfully updated' });
  expect(after).toMatchObject({ public: false, file_size_limit: null, allowed_mime_types: ['video/*'] });
  expect(deleted).toEqual({ message: 'Successfully deleted' });
  expect(gone.error).toMatchObject({ message: 'Bucket not found', statusCode: '404', status: 400 });
});

test('what an update does not mention stays as it was', async () => {
  const { storage } = server.service;
  ok(await storage.createBucket('kept', { public: true, fileSizeLimit: 1000, allowedMimeTypes: ['text/plain'] }));

  ok(await storage.updateBucket('kept', { public: false }));

  const bucket = ok(await storage.getBucket('kept'));
  expect(bucket).toMatchObject({ public: false, file_size_limit: 1000, allowed_mime_types: ['text/plain'] });
});

test('the list of buckets is searched, sorted and paged', async () => {
  const { storage } = server.service;
  for (const id of ['list-b', 'list-a', 'list-c']) ok(await storage.createBucket(id));

  const names = async (options: Parameters<typeof storage.listBuckets>[0]) =>
    ok(await storage.listBuckets(options)).map(({ name }) => name);

  expect(await names({ search: 'LIST-' })).toEqual(['list-a', 'list-b', 'list-c']);
  expect(await names({ search: 'list-', sortColumn: 'name', sortOrder: 'desc' })).toEqual([
    'list-c',
    'list-b',
    'list-a',
  ]);
  expect(await names({ search: 'list-', limit: 1, offset: 1 })).toEqual(['list-b']);
});

test('a bucket with objects is only deleted once it is emptied', async () => {
  const { storage } = server.service;
  ok(await storage.createBucket('full'));
  ok(await storage.from('full').upload('one.txt', 'one'));
  const before = await objectFiles(server.directory);

  const refused = await storage.deleteBucket('full');
  const emptied = ok(await storage.emptyBucket('full'));
  const deleted = await storage.deleteBucket('full');

  expect(refused.error).toMatchObject({ statusCode: '409', message: 'The bucket you tried to delete is not empty' });
  expect(emptied).toEqual({ message: 'Successfully emptied' });
  expect(deleted.error).toBeNull();
  expect(await objectFiles(server.directory)).toHaveLength(before.length - 1);
});

test('a second bucket of the same name is a duplicate', async () => {
  const { storage } = server.service;
  ok(await storage.createBucket('twice'));

  const second = await storage.createBucket('twice');

  expect(second.error).toMatchObject({ statusCode: '409', message: 'The resource already exists' });
});

test('bad names, bad limits and what is not offered are refused in words', async () => {
  const { storage } = server.service;

  const slash = await storage.createBucket('a/b');
  const limit = await storage.createBucket('limit', { public: false, fileSizeLimit: '10 parsecs' });
  const huge = await storage.createBucket('huge', { public: false, fileSizeLimit: '9GB' });
  const versioned = await storage.createBucket('versioned', { public: false, versioningStatus: 'ENABLED' });
  const lifecycle = await storage.getBucketLifecycle('films');

  expect(slash.error?.message).toBe('Bucket name invalid');
  expect(limit.error?.message).toContain('Invalid file size format');
  expect(huge.error).toMatchObject({ statusCode: '413' });
  expect(versioned.error?.message).toContain('versioned buckets');
  expect(lifecycle.error?.message).toContain('lifecycles');
});

test('only the service may make buckets as long as no policy says otherwise', async () => {
  const user = await server.user('7a1e2a55-5f0f-4f0b-9d3c-0c6c0f0d6a10');
  ok(await server.service.storage.createBucket('hidden'));

  const created = await user.storage.createBucket('mine');
  const listed = ok(await user.storage.listBuckets());
  const found = await user.storage.getBucket('hidden');

  expect(created.error).toMatchObject({ statusCode: '403', message: expect.stringContaining('row-level security') });
  expect(listed).toEqual([]);
  expect(found.error?.message).toBe('Bucket not found');
});

test('a forged or expired token is refused', async () => {
  const forged = await fetch(`${server.url}/storage/v1/bucket`, {
    headers: { authorization: 'Bearer aaaa.bbbb.cccc' },
  });
  const missing = await fetch(`${server.url}/storage/v1/bucket`);

  expect(await forged.json()).toMatchObject({ statusCode: '403', error: 'Unauthorized' });
  expect(await missing.json()).toMatchObject({ statusCode: '403', message: expect.stringContaining('authorization') });
});
