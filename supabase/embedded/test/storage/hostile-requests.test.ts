import { afterAll, beforeAll, expect, test } from 'bun:test';
import { SignJWT } from 'jose';
import {
  JWT_SECRET,
  objectFiles,
  ok,
  SETUP_MILLISECONDS,
  type StorageServer,
  storageServer,
} from './storage-server.ts';

let server: StorageServer;
let headers: Record<string, string>;

beforeAll(async () => {
  server = await storageServer();
  ok(await server.service.storage.createBucket('hostile'));
  headers = { authorization: `Bearer ${await server.token({ role: 'service_role' })}` };
}, SETUP_MILLISECONDS);
afterAll(() => server[Symbol.asyncDispose]());

test('bytes of an unfinished upload are not to be read', async () => {
  const created = await fetch(`${server.url}/storage/v1/upload/resumable`, {
    method: 'POST',
    headers: {
      ...headers,
      'tus-resumable': '1.0.0',
      'upload-length': '10',
      'content-type': 'application/offset+octet-stream',
      'upload-metadata': `bucketName ${btoa('hostile')},objectName ${btoa('secret.txt')}`,
    },
    body: 'secre',
  });
  const location = new URL(created.headers.get('location')!, server.url);

  const read = await fetch(location, { headers });

  expect(created.headers.get('upload-offset')).toBe('5');
  expect(await read.json()).toMatchObject({ statusCode: '404' });
});

test('a type or cache time that no header can carry is refused', async () => {
  const form = (type: string) =>
    `--b\r\ncontent-disposition: form-data; name=""; filename="a"\r\ncontent-type: ${type}\r\n\r\nx\r\n--b--\r\n`;
  const posted = await fetch(`${server.url}/storage/v1/object/hostile/typed.txt`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'multipart/form-data; boundary=b' },
    body: form('text/plain; name=ü'),
  });
  const resumable = await fetch(`${server.url}/storage/v1/upload/resumable`, {
    method: 'POST',
    headers: {
      ...headers,
      'tus-resumable': '1.0.0',
      'upload-length': '1',
      'upload-metadata': `bucketName ${btoa('hostile')},objectName ${btoa('a')},contentType ${btoa('text/plain\r\nset-cookie: a=b')}`,
    },
  });

  expect(await posted.json()).toMatchObject({ statusCode: '400', error: 'InvalidRequest' });
  expect(resumable.status).toBe(400);
});

test('a row with nonsense for metadata is still served', async () => {
  ok(await server.service.storage.from('hostile').upload('odd.txt', 'odd'));
  await server.database.exec(
    `update storage.objects set metadata = '{"mimetype": "a\\nb", "cacheControl": 5, "eTag": "ü"}' where name = 'odd.txt'`,
  );

  const answer = await server.service.storage.from('hostile').download('odd.txt');

  expect(await ok(answer).text()).toBe('odd');
});

test('a body of JSON is read up to a limit, and only in the form it must have', async () => {
  const post = async (path: string, body: string) =>
    (await fetch(`${server.url}/storage/v1/${path}`, { method: 'POST', headers, body })).json();

  expect(await post('object/list/hostile', JSON.stringify({ prefix: 'x'.repeat(2_000_000) }))).toMatchObject({
    statusCode: '413',
  });
  expect(await post('object/list/hostile', '{"limit": "many"}')).toMatchObject({
    statusCode: '400',
    message: expect.stringContaining('limit'),
  });
  expect(await post('object/list/hostile', 'no json')).toMatchObject({
    statusCode: '400',
    message: 'The body is no JSON',
  });
  expect(await post('object/sign/hostile/odd.txt', '{"expiresIn": -5}')).toMatchObject({ statusCode: '400' });
});

test('many uploads of one name at once leave one row and one file', async () => {
  const before = await objectFiles(server.directory);
  const bucket = server.service.storage.from('hostile');

  const first = await Promise.all(
    Array.from({ length: 8 }, (_, index) => bucket.upload('race.txt', `content ${index}`)),
  );
  const upserts = await Promise.all(
    Array.from({ length: 8 }, (_, index) => bucket.upload('race.txt', `content ${index}`, { upsert: true })),
  );

  expect(first.filter(({ error }) => error === null)).toHaveLength(1);
  expect(upserts.filter(({ error }) => error === null)).toHaveLength(8);
  expect(await objectFiles(server.directory)).toHaveLength(before.length + 1);
  expect(await ok(await bucket.download('race.txt')).text()).toMatch(/^content \d$/);
});

test('readers of an object being replaced always get one whole version', async () => {
  const bucket = server.service.storage.from('hostile');
  const content = (index: number) => String(index).repeat(300_000);
  ok(await bucket.upload('busy.txt', content(0)));
  let replacing = true;
  const writer = (async () => {
    for (let index = 1; index < 10; index += 1) ok(await bucket.update('busy.txt', content(index)));
    replacing = false;
  })();

  let reads = 0;
  while (replacing) {
    const text = await ok(await bucket.download('busy.txt')).text();
    expect(text).toBe(text[0]!.repeat(300_000));
    reads += 1;
  }
  await writer;

  expect(reads).toBeGreaterThan(0);
});

test('an object moved to and fro by many at once is whole in one place', async () => {
  const bucket = server.service.storage.from('hostile');
  ok(await bucket.upload('here.txt', 'wanderer'));

  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let count = 0; count < 10; count += 1) {
        await bucket.move('here.txt', 'there.txt');
        await bucket.move('there.txt', 'here.txt');
      }
    }),
  );

  const found = await Promise.all([bucket.download('here.txt'), bucket.download('there.txt')]);
  const contents = await Promise.all(found.map(async ({ data }) => data && (await data.text())));
  expect(contents.filter((content) => content === 'wanderer')).toHaveLength(1);
  expect(contents.filter((content) => content === null)).toHaveLength(1);
});

test('tokens of another algorithm, another secret, an unknown role or past their end are refused', async () => {
  const secret = new TextEncoder().encode(JWT_SECRET);
  const service = () => new SignJWT({ role: 'service_role' });
  const unsigned = `${btoa('{"alg":"none","typ":"JWT"}')}.${btoa('{"role":"service_role"}')}.`.replaceAll('=', '');
  const tokens = [
    unsigned,
    await service().setProtectedHeader({ alg: 'HS512' }).sign(secret),
    await service()
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode('another secret, also of 32 letters and more')),
    await service().setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1s ago').sign(secret),
    await server.token({ role: 'postgres' }),
  ];

  for (const token of tokens) {
    const answer = await fetch(`${server.url}/storage/v1/bucket`, { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toMatchObject({ statusCode: '403', error: 'Unauthorized' });
  }
});
