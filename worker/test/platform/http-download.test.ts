import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { createHttp, type DownloadOptions } from '../../src/platform/http.ts';
import { webServer, type Reply, type WebServer } from '../loopback/web-server.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-http-'));
});
afterEach(() => rm(folder, { recursive: true }));

const download = (server: WebServer, path = '/', options: DownloadOptions = {}) =>
  createHttp({ allowPrivate: [server.host], resumeDelaySeconds: 0.001 }).download(
    server.origin + path,
    join(folder, 'file'),
    options,
  );

/** What is still on its way when a connection ends may be lost: a test about what has arrived waits for it. */
async function arrived(bytes: number): Promise<void> {
  const part = join(folder, 'file.part');
  while (!(await Bun.file(part).exists()) || (await stat(part)).size < bytes) await Bun.sleep(1);
}

const head = (reply: Reply, ...lines: string[]) =>
  reply.socket.write(`HTTP/1.1 200 OK\r\n${lines.join('\r\n')}\r\n\r\n`);

test('a file arrives whole, with its name, kind, size and hash', async () => {
  const content = randomBytes(300_000);
  await using server = await webServer((_request, reply) =>
    reply.send(
      200,
      {
        'Content-Type': 'Audio/MPEG; charset=x',
        'Content-Disposition': `attachment; filename*=UTF-8''%D0%91%D0%B5%D1%81%D0%B5%D0%B4%D0%B0.mp3`,
      },
      content,
    ),
  );
  const seen: { receivedBytes: number; totalBytes: number | null }[] = [];

  const result = await download(server, '/x?y', { onProgress: (progress) => seen.push(progress) });

  expect(result).toEqual({
    finalUrl: `${server.origin}/x?y`,
    contentType: 'audio/mpeg',
    fileName: 'Беседа.mp3',
    sizeBytes: 300_000,
    sha256: createHash('sha256').update(content).digest('hex'),
  });
  expect(Buffer.compare(Buffer.from(await Bun.file(join(folder, 'file')).bytes()), content)).toBe(0);
  expect(seen.at(-1)).toEqual({ receivedBytes: 300_000, totalBytes: 300_000 });
  expect(await readdir(folder)).toEqual(['file']);
});

describe('a connection that breaks', () => {
  const content = randomBytes(200_000);
  const cutAt = [70_000, 150_000];

  /** Breaks off twice, then sends the rest; honours ranges when `ranged`. */
  const breaking = (ranged: boolean, etag: () => string = () => '"v1"') => {
    let count = 0;
    return webServer(async (request, reply) => {
      const from =
        ranged && request.headers['if-range'] === etag()
          ? Number(/\d+/.exec(request.headers['range'] ?? '')?.[0] ?? 0)
          : 0;
      const until = cutAt[count++] ?? content.length;
      const range = from > 0 ? `\r\nContent-Range: bytes ${from}-${content.length - 1}/${content.length}` : '';
      reply.socket.write(
        `HTTP/1.1 ${from > 0 ? '206 Partial' : '200 OK'}\r\nETag: ${etag()}\r\nContent-Length: ${content.length - from}${range}\r\n\r\n`,
      );
      reply.socket.write(content.subarray(from, until));
      if (until < content.length) await arrived(until);
      reply.socket.end();
    });
  };

  test('is taken up where it broke', async () => {
    await using server = await breaking(true);

    const result = await download(server);

    expect(result.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(server.requests.map(({ headers }) => headers['range'])).toEqual([
      undefined,
      'bytes=70000-',
      'bytes=150000-',
    ]);
  });

  test('starts over when the server knows no ranges', async () => {
    await using server = await breaking(false);

    const result = await download(server);

    expect(result.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(result.sizeBytes).toBe(200_000);
  });

  test('starts over when the file has changed meanwhile', async () => {
    let version = 0;
    await using server = await breaking(true, () => `"v${version++}"`);

    const result = await download(server);

    expect(result.sizeBytes).toBe(200_000);
    expect(result.sha256).toBe(createHash('sha256').update(content).digest('hex'));
  });
});

test('a file that broke off at its very end is fetched anew', async () => {
  let count = 0;
  await using server = await webServer(async (request, reply) => {
    if (count++ === 0) {
      reply.socket.write('HTTP/1.1 200 OK\r\nETag: "v1"\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwave\r\n');
      await arrived(4);
      reply.socket.end();
    } else if (request.headers['range']) reply.send(416, { 'Content-Range': 'bytes */4' });
    else reply.send(200, {}, 'wave');
  });

  const { sizeBytes } = await download(server);

  expect(sizeBytes).toBe(4);
  expect(server.requests).toHaveLength(3);
});

/** Hostile or broken answers, each with the problem it must end in. */
const HOSTILE: [name: string, answer: (reply: Reply) => void, options: DownloadOptions, code: string][] = [
  [
    'announces more than the limit',
    (reply) => reply.send(200, { 'Content-Length': 2_000_000 }, 'x'),
    { maxBytes: 1e6 },
    'too-large',
  ],
  ['never ends', (reply) => pour(reply), { maxBytes: 1e6 }, 'too-large'],
  [
    'unfolds from gzip',
    (reply) => reply.send(200, { 'Content-Encoding': 'gzip' }, gzipSync(Buffer.alloc(5e6))),
    { maxBytes: 1e6 },
    'too-large',
  ],
  [
    'unfolds from brotli',
    (reply) => reply.send(200, { 'Content-Encoding': 'br' }, brotliCompressSync(Buffer.alloc(5e6))),
    { maxBytes: 1e6 },
    'too-large',
  ],
  [
    'unfolds from deflate',
    (reply) => reply.send(200, { 'Content-Encoding': 'deflate' }, deflateSync(Buffer.alloc(5e6))),
    { maxBytes: 1e6 },
    'too-large',
  ],
  ['is packed twice', (reply) => reply.send(200, { 'Content-Encoding': 'gzip, gzip' }, 'x'), {}, 'upstream-refused'],
  [
    'claims gzip without being it',
    (reply) => reply.send(200, { 'Content-Encoding': 'gzip' }, 'plain'),
    {},
    'upstream-refused',
  ],
  ['never answers', () => undefined, { stallSeconds: 0.05 }, 'stalled'],
  [
    'stops half-way',
    (reply) => head(reply, 'Content-Length: 9000', '', 'x'.repeat(5000)),
    { stallSeconds: 0.05 },
    'stalled',
  ],
  ['drips a byte at a time', (reply) => drip(reply), { stallSeconds: 0.1 }, 'stalled'],
  ['keeps dripping headers', (reply) => dripHeaders(reply), { stallSeconds: 0.1 }, 'stalled'],
  ['sends without end within the limits', (reply) => pour(reply), { timeoutSeconds: 0.1, maxBytes: 1e15 }, 'stalled'],
  ['is no web server', (reply) => reply.socket.end('SSH-2.0-OpenSSH_9.2\r\n\r\n'), {}, 'upstream-refused'],
  ['sends headers of 2 MB', (reply) => reply.send(200, { 'X-Long': 'a'.repeat(2e6) }), {}, 'upstream-refused'],
  ['hangs up before answering', (reply) => reply.socket.destroy(), {}, 'upstream-down'],
  [
    'sends a part nobody asked for',
    (reply) => reply.send(206, { 'Content-Range': 'bytes 5-9/10' }, 'aaaaa'),
    {},
    'upstream-refused',
  ],
  ['answers 404', (reply) => reply.send(404), {}, 'upstream-refused'],
  ['answers 403', (reply) => reply.send(403), {}, 'upstream-refused'],
  ['answers 304', (reply) => reply.send(304), {}, 'upstream-refused'],
  ['answers 503', (reply) => reply.send(503), {}, 'upstream-down'],
];

test.each(HOSTILE)('an address that %s fails and leaves nothing on disk', async (_name, answer, options, code) => {
  await using server = await webServer((_request, reply) => answer(reply));

  await expect(download(server, '/', options)).rejects.toMatchObject({ code });

  expect(await readdir(folder)).toEqual([]);
});

test('a server that always breaks off is given up after five more attempts', async () => {
  await using server = await webServer((_request, reply) => {
    head(reply, 'Content-Length: 9000');
    reply.socket.end('x'.repeat(100));
  });

  await expect(download(server)).rejects.toMatchObject({ code: 'upstream-down' });

  expect(server.requests).toHaveLength(6);
  expect(await readdir(folder)).toEqual([]);
});

test('canceling ends the connection and leaves nothing on disk', async () => {
  const controller = new AbortController();
  let clientGone: Promise<unknown> | undefined;
  await using server = await webServer((_request, reply) => {
    clientGone = reply.closed;
    pour(reply);
  });

  const attempt = download(server, '/', { signal: controller.signal, onProgress: () => controller.abort() });

  await expect(attempt).rejects.toMatchObject({ code: 'canceled' });
  await clientGone;
  expect(await readdir(folder)).toEqual([]);
});

test('what was canceled before it began sends nothing', async () => {
  await using server = await webServer((_request, reply) => reply.send(200));

  await expect(download(server, '/', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'canceled' });

  expect(server.requests).toEqual([]);
});

test('a limit on requests says when to come back', async () => {
  await using server = await webServer((_request, reply) => reply.send(429, { 'Retry-After': 120 }));

  await expect(download(server)).rejects.toMatchObject({ code: 'upstream-limited', retryAfterSeconds: 120 });
});

test.each(['gzip', 'deflate', 'br'] as const)('a page packed with %s is read as it was before', async (encoding) => {
  const pack = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }[encoding];
  await using server = await webServer((_request, reply) =>
    reply.send(200, { 'Content-Encoding': encoding }, pack('Привет'.repeat(999))),
  );

  const { body } = await createHttp({ allowPrivate: [server.host] }).get(server.origin);

  expect(new TextDecoder().decode(body)).toBe('Привет'.repeat(999));
});

test('reading a page tells any status to the caller', async () => {
  await using server = await webServer((_request, reply) => reply.send(404, { 'X-Reason': 'gone' }, 'no such page'));

  const { status, headers } = await createHttp({ allowPrivate: [server.host] }).get(server.origin);

  expect(status).toBe(404);
  expect(headers['x-reason']).toBe('gone');
});

/** As fast as the client reads, until it goes. */
function pour({ socket }: Reply): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n');
  const chunk = Buffer.alloc(65_536);
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', more);
  more();
}

function drip({ socket, closed }: Reply): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
  const timer = setInterval(() => socket.write('x'), 10);
  void closed.then(() => clearInterval(timer));
}

function dripHeaders({ socket, closed }: Reply): void {
  socket.write('HTTP/1.1 200 OK\r\n');
  const timer = setInterval(() => socket.write('X: y\r\n'), 10);
  void closed.then(() => clearInterval(timer));
}
