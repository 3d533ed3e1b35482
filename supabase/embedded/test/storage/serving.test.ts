import { afterAll, beforeAll, expect, test } from 'bun:test';
import { ok, SETUP_MILLISECONDS, type StorageServer, storageServer } from './storage-server.ts';

let server: StorageServer;
let url: string;
const CONTENT = 'abcdefghij';

beforeAll(async () => {
  server = await storageServer();
  ok(await server.service.storage.createBucket('films', { public: true }));
  url = await published('clip.mp4', 'video/mp4');
}, SETUP_MILLISECONDS);
afterAll(() => server[Symbol.asyncDispose]());

async function published(name: string, contentType: string): Promise<string> {
  const bucket = server.service.storage.from('films');
  ok(await bucket.upload(name, CONTENT, { contentType, cacheControl: '120' }));
  return bucket.getPublicUrl(name).data.publicUrl;
}

const get = (headers: Record<string, string>, method = 'GET') => fetch(url, { headers, method });

test('one range answers just those bytes', async () => {
  const cases: [string, number, string, string | null][] = [
    ['bytes=2-4', 206, 'cde', 'bytes 2-4/10'],
    ['bytes=7-', 206, 'hij', 'bytes 7-9/10'],
    ['bytes=-2', 206, 'ij', 'bytes 8-9/10'],
    ['bytes=8-99', 206, 'ij', 'bytes 8-9/10'],
    ['bytes=-99', 206, CONTENT, 'bytes 0-9/10'],
    ['bytes=0-0', 206, 'a', 'bytes 0-0/10'],
    ['bytes=4-2', 200, CONTENT, null],
    ['bytes=0-1,3-4', 200, CONTENT, null],
    ['seconds=1-2', 200, CONTENT, null],
  ];

  for (const [range, status, body, contentRange] of cases) {
    const answer = await get({ range });

    expect([range, answer.status, await answer.text()]).toEqual([range, status, body]);
    expect(answer.headers.get('content-range')).toBe(contentRange);
    expect(answer.headers.get('content-length')).toBe(String(body.length));
  }
});

test('a range beyond the end is refused with the size', async () => {
  const answer = await get({ range: 'bytes=10-' });

  expect(answer.status).toBe(416);
  expect(answer.headers.get('content-range')).toBe('bytes */10');
  expect(await answer.json()).toMatchObject({ error: 'invalid_range' });
});

test('HEAD answers the same headers without the bytes', async () => {
  const full = await get({});
  const head = await get({}, 'HEAD');
  const part = await get({ range: 'bytes=2-4' }, 'HEAD');

  for (const name of ['content-length', 'content-type', 'etag', 'last-modified', 'cache-control', 'accept-ranges']) {
    expect([name, head.headers.get(name)]).toEqual([name, full.headers.get(name)]);
  }
  expect(head.headers.get('cache-control')).toBe('max-age=120');
  expect(head.headers.get('accept-ranges')).toBe('bytes');
  expect(await head.text()).toBe('');
  expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 2-4/10']);
});

test('what the client already has is not sent again', async () => {
  const { headers } = await get({});
  const etag = headers.get('etag')!;
  const modified = headers.get('last-modified')!;
  const earlier = new Date(Date.parse(modified) - 60_000).toUTCString();

  const statuses = await Promise.all(
    [
      { 'if-none-match': etag },
      { 'if-none-match': `"other", W/${etag}` },
      { 'if-none-match': '"other"', 'if-modified-since': modified },
      { 'if-modified-since': modified },
      { 'if-modified-since': earlier },
      { 'if-match': '"other"' },
      { 'if-match': etag },
      { 'if-unmodified-since': earlier },
    ].map(async (conditions) => (await get(conditions as unknown as Record<string, string>)).status),
  );

  expect(statuses).toEqual([304, 304, 200, 304, 200, 412, 200, 412]);
});

test('a range of a version that has been replaced answers the whole new file', async () => {
  const { headers } = await get({});

  const same = await get({ range: 'bytes=0-1', 'if-range': headers.get('etag')! });
  const other = await get({ range: 'bytes=0-1', 'if-range': '"before"' });

  expect([same.status, other.status]).toEqual([206, 200]);
});

test('a new version has a new entity tag', async () => {
  const address = await published('changing.mp4', 'video/mp4');
  const first = (await fetch(address)).headers.get('etag')!;
  ok(await server.service.storage.from('films').update('changing.mp4', 'changed', { contentType: 'video/mp4' }));

  const answer = await fetch(address, { headers: { 'if-none-match': first } });

  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('changed');
});

test('nothing a browser would run is served so that it runs on this origin', async () => {
  const active: [string, string, string][] = [
    ['page.html', 'text/html; charset=utf-8', 'text/plain; charset=utf-8'],
    ['page.xhtml', 'application/xhtml+xml', 'text/plain'],
    ['code.js', 'text/javascript', 'text/plain'],
    ['code.mjs', 'Application/JavaScript', 'text/plain'],
    ['old.js', 'application/x-javascript', 'text/plain'],
    ['drawing.svg', 'image/svg+xml', 'image/svg+xml'],
    ['feed.xml', 'application/xml', 'application/xml'],
    ['odd', 'multipart/x-mixed-replace', 'multipart/x-mixed-replace'],
  ];

  for (const [name, stored, served] of active) {
    const { headers } = await fetch(await published(name, stored));

    expect([name, headers.get('content-type')]).toEqual([name, served]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toStartWith('sandbox;');
  }
});

test('media, pictures, text and PDF are served as they are', async () => {
  for (const type of ['video/mp4', 'audio/mpeg', 'image/png', 'text/plain', 'text/vtt', 'application/pdf']) {
    const { headers } = await fetch(await published(`plain/${type}`, type));

    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('content-security-policy')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('a browser may ask from another origin', async () => {
  const preflight = await fetch(`${server.url}/storage/v1/object/films/a.txt`, {
    method: 'OPTIONS',
    headers: { origin: 'http://localhost:3000', 'access-control-request-headers': 'authorization,x-upsert' },
  });

  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,x-upsert');
});

test('what the embedded storage lacks is refused by name', async () => {
  const bucket = server.service.storage.from('films');

  const resized = await bucket.download('clip.mp4', { transform: { width: 10 } });
  const unknown = await fetch(`${server.url}/storage/v1/iceberg/v1/config`);

  expect(resized.error?.message).toContain('image transformations');
  expect(await unknown.json()).toMatchObject({ statusCode: '404', message: 'Route GET:/iceberg/v1/config not found' });
});
