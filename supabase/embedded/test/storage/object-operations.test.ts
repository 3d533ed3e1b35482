import { afterAll, beforeAll, expect, test } from 'bun:test';
import { objectFiles, ok, SETUP_MILLISECONDS, type StorageServer, storageServer } from './storage-server.ts';

let server: StorageServer;
beforeAll(async () => {
  server = await storageServer();
  for (const id of ['from', 'to', 'tree']) ok(await server.service.storage.createBucket(id));
}, SETUP_MILLISECONDS);
afterAll(() => server[Symbol.asyncDispose]());

const read = async (bucket: string, name: string) =>
  ok(await server.service.storage.from(bucket).download(name)).text();

test('a moved object keeps its content, type and metadata, also in another bucket', async () => {
  const bucket = server.service.storage.from('from');
  ok(await bucket.upload('a.txt', new Blob(['moved'], { type: 'text/csv' }), { metadata: { kept: true } }));
  const files = await objectFiles(server.directory);

  const within = ok(await bucket.move('a.txt', 'deep/er/b.txt'));
  const across = ok(await bucket.move('deep/er/b.txt', 'c.txt', { destinationBucket: 'to' }));

  expect([within.message, across.message]).toEqual(['Successfully moved', 'Successfully moved']);
  expect(await read('to', 'c.txt')).toBe('moved');
  expect(ok(await server.service.storage.from('to').info('c.txt'))).toMatchObject({
    contentType: 'text/csv',
    metadata: { kept: true },
  });
  expect((await bucket.exists('a.txt')).data).toBe(false);
  expect(await objectFiles(server.directory)).toHaveLength(files.length);
});

test('a copy lives on without its original', async () => {
  const bucket = server.service.storage.from('from');
  ok(await bucket.upload('original.txt', 'copied', { metadata: { kept: true } }));

  const copied = ok(await bucket.copy('original.txt', 'copy.txt', { destinationBucket: 'to' }));
  ok(await bucket.remove(['original.txt']));

  expect(copied).toEqual({ path: 'to/copy.txt' });
  expect(await read('to', 'copy.txt')).toBe('copied');
  expect(ok(await server.service.storage.from('to').info('copy.txt')).metadata).toEqual({ kept: true } as never);
});

test('a copy may say its own type', async () => {
  const bucket = server.service.storage.from('from');
  ok(await bucket.upload('typed.bin', 'x', { contentType: 'application/octet-stream' }));

  ok(
    await bucket.copy('typed.bin', 'typed.csv', {
      copyMetadata: false,
      metadata: { mimetype: 'text/csv', cacheControl: 'max-age=5' },
    }),
  );

  expect(ok(await bucket.info('typed.csv'))).toMatchObject({ contentType: 'text/csv', cacheControl: 'max-age=5' });
});

test('move and copy refuse a missing source, a taken name and a missing bucket', async () => {
  const bucket = server.service.storage.from('from');
  ok(await bucket.upload('one.txt', 'one'));
  ok(await bucket.upload('two.txt', 'two'));
  const files = await objectFiles(server.directory);

  const codes = [
    await bucket.move('none.txt', 'x.txt'),
    await bucket.copy('none.txt', 'x.txt'),
    await bucket.move('one.txt', 'two.txt'),
    await bucket.copy('one.txt', 'two.txt'),
    await bucket.move('one.txt', 'one.txt', { destinationBucket: 'nowhere' }),
    await bucket.copy('one.txt', 'one.txt', { destinationBucket: 'nowhere' }),
  ].map(({ error }) => (error as { statusCode?: string } | null)?.statusCode);

  expect(codes).toEqual(['404', '404', '409', '409', '404', '404']);
  expect([await read('from', 'one.txt'), await read('from', 'two.txt')]).toEqual(['one', 'two']);
  expect((await objectFiles(server.directory)).toSorted()).toEqual(files.toSorted());
});

test('remove answers what went, ignores what was not there, and takes the files along', async () => {
  const bucket = server.service.storage.from('from');
  ok(await bucket.upload('gone/1.txt', '1'));
  ok(await bucket.upload('gone/2.txt', '2'));
  const files = await objectFiles(server.directory);

  const removed = ok(await bucket.remove(['gone/1.txt', 'gone/2.txt', 'gone/3.txt']));

  expect(removed.map(({ name }) => name).toSorted()).toEqual(['gone/1.txt', 'gone/2.txt']);
  expect(await objectFiles(server.directory)).toHaveLength(files.length - 2);
});

test('only the version asked for is read or removed', async () => {
  const bucket = server.service.storage.from('from');
  ok(await bucket.upload('versioned.txt', 'v'));
  const { version } = ok(await bucket.info('versioned.txt'));
  const other = crypto.randomUUID();

  const missed = await bucket.download('versioned.txt', { versionId: other });
  const kept = ok(await bucket.remove([{ path: 'versioned.txt', versionId: other }]));
  const removed = ok(await bucket.remove([{ path: 'versioned.txt', versionId: version! }]));

  expect(missed.error).toMatchObject({ statusCode: '404' });
  expect([kept.length, removed.length]).toEqual([0, 1]);
});

test('a folder lists its folders, then its files, sorted, searched and paged', async () => {
  const bucket = server.service.storage.from('tree');
  for (const name of [
    'b.txt',
    'a.txt',
    'Archive.zip',
    'sub/x.txt',
    'sub/deep/y.txt',
    'other/z.txt',
    'sub%_/odd.txt'.replace('%', ''),
  ]) {
    ok(await bucket.upload(name, name));
  }
  const names = async (path?: string, options?: Parameters<typeof bucket.list>[1]) =>
    ok(await bucket.list(path, options)).map(({ name }) => name);

  expect(await names()).toEqual(['other', 'sub', 'sub_', 'Archive.zip', 'a.txt', 'b.txt']);
  expect(await names('sub')).toEqual(['deep', 'x.txt']);
  expect(await names('sub/')).toEqual(['deep', 'x.txt']);
  expect(await names('', { search: 'A' })).toEqual(['Archive.zip', 'a.txt']);
  expect(await names('', { limit: 2, offset: 1 })).toEqual(['sub', 'sub_']);
  expect(await names('', { sortBy: { column: 'name', order: 'desc' } })).toEqual([
    'sub_',
    'sub',
    'other',
    'b.txt',
    'a.txt',
    'Archive.zip',
  ]);
  expect(await names('', { sortBy: { column: 'created_at', order: 'asc' }, search: '' })).toEqual([
    'other',
    'sub',
    'sub_',
    'b.txt',
    'a.txt',
    'Archive.zip',
  ]);
  expect(await names('none')).toEqual([]);
  expect(ok(await bucket.list())[0]).toEqual({
    name: 'other',
    id: null,
    version: null,
    updated_at: null,
    created_at: null,
    last_accessed_at: null,
    metadata: null,
  });
});

test('the second version of list pages through everything once, with and without folders', async () => {
  const bucket = server.service.storage.from('tree');
  type Options = NonNullable<Parameters<typeof bucket.listV2>[0]>;
  async function pages(options: Options): Promise<string[]> {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = ok(await bucket.listV2({ ...options, limit: 2, cursor }));
      seen.push(...[...page.folders, ...page.objects].map(({ name }) => name));
      expect(page.hasNext).toBe(page.nextCursor !== undefined);
      cursor = page.nextCursor;
    } while (cursor);
    return seen;
  }
  const all = ['Archive.zip', 'a.txt', 'b.txt', 'other/z.txt', 'sub/deep/y.txt', 'sub/x.txt', 'sub_/odd.txt'];

  expect(await pages({})).toEqual(all);
  expect((await pages({ with_delimiter: true })).toSorted()).toEqual([
    'Archive.zip',
    'a.txt',
    'b.txt',
    'other/',
    'sub/',
    'sub_/',
  ]);
  expect(await pages({ prefix: 'sub/' })).toEqual(['sub/deep/y.txt', 'sub/x.txt']);
  expect((await pages({ prefix: 'sub/', with_delimiter: true })).toSorted()).toEqual(['sub/deep/', 'sub/x.txt']);
  expect(await pages({ sortBy: { column: 'name', order: 'desc' } })).toEqual(all.toReversed());
  expect((await pages({ sortBy: { column: 'created_at' } })).toSorted()).toEqual(all);
  expect((await bucket.listV2({ cursor: 'nonsense' })).error?.message).toContain('cursor');
});

test('there is no cache to purge, and saying so is for the service', async () => {
  const bucket = server.service.storage.from('from');

  expect(ok(await bucket.purgeCache('one.txt'))).toEqual({ message: 'success' });
  expect((await server.anon.storage.from('from').purgeCache('one.txt')).error).toMatchObject({ statusCode: '403' });
});
