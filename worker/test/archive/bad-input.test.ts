import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createItem, type Item, listSegments } from '@nexus/shared/archive';
import { createHttp, type Http } from '../../src/platform/http.ts';
import { webServer, type WebServer } from '../loopback/web-server.ts';
import { testWorker } from '../running/test-worker.ts';
import { makeDocx, paragraph } from './documents/make-docx.ts';
import { makeScannedPdf } from './documents/make-pdf.ts';
import { fastFilm, film, type MediaFolder, mediaFolder } from './media/media-files.ts';

/** Stands for the 5 GB of the product, so that a test need not send them. */
const MOST_BYTES = 2_000_000;

let nexus: Awaited<ReturnType<typeof testWorker>>;
let media: MediaFolder;
let outside: WebServer;
let inside: WebServer;
let clockAheadMs = 0;

beforeAll(async () => {
  media = await mediaFolder();
  inside = await webServer((_request, { send }) => send(200, {}, 'The secret of the router.'));
  outside = await webServer(async ({ path }, { send, socket, closed }) => {
    if (path === '/inside') return send(302, { location: `${inside.origin}/secret.txt` });
    if (path === '/metadata') return send(302, { location: 'http://169.254.169.254/latest/meta-data/' });
    if (path === '/large') return send(200, { 'Content-Length': 6 * 1024 ** 3, 'Content-Type': 'video/mp4' }, 'x');
    if (path === '/empty') return send(200, {}, '');
    if (path === '/gone') return send(404, {}, 'Not here');
    if (path === '/..%2f..%2fevil%0aname.txt') return send(200, {}, 'Words from a badly named file.');
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nConnection: close\r\n\r\n');
    const bytes = path === '/endless' ? 65_536 : 16;
    const timer = setInterval(() => socket.write(Buffer.alloc(bytes, 'x')), 5);
    await closed;
    clearInterval(timer);
  });
  const http = createHttp({
    allowPrivate: [outside.host],
    resolve: async (host) =>
      host === 'rebound.example' ? ['127.0.0.1'] : host === 'mixed.example' ? ['93.184.216.34', '10.0.0.7'] : [host],
  });
  const limited: Http = {
    ...http,
    download: (url, toPath, options) =>
      http.download(url, toPath, { ...options, maxBytes: Math.min(options?.maxBytes ?? MOST_BYTES, MOST_BYTES) }),
  };
  nexus = await testWorker({ ports: { http: limited, now: () => new Date(Date.now() + clockAheadMs) } });
}, 60_000);

afterAll(async () => {
  await nexus.stop();
  await Promise.all([inside, outside, media].map((each) => each[Symbol.asyncDispose]()));
});

async function addFile(name: string, content: Uint8Array | string): Promise<Item> {
  const path = await nexus.upload(name, content);
  const { id } = await createItem(nexus.ctx, { source: 'file', path, name });
  return nexus.rested(id);
}

async function addLink(url: string): Promise<Item> {
  const { id } = await createItem(nexus.ctx, { source: 'url', url });
  return nexus.rested(id);
}

/** Something good goes in beside the bad; the bad must not hold it up, and nothing may appear outside the store. */
async function beside(bad: () => Promise<Item>): Promise<Item> {
  const before = await filesOutsideStore();
  const good = createItem(nexus.ctx, {
    source: 'text',
    text: `A good paragraph on beekeeping, number ${crypto.randomUUID()}.`,
  });

  const [item, rested] = await Promise.all([bad(), good.then(({ id }) => nexus.rested(id))]);

  expect(rested.status).toBe('ready');
  expect(await filesOutsideStore()).toEqual(before);
  return item;
}

async function filesOutsideStore(): Promise<string[]> {
  const entries = await readdir(nexus.home, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(nexus.home, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('storage/'))
    .sort();
}

/** Failed, in words for its user: a sentence or more, no code, no path of this machine. */
function expectProblem(item: Item, code: string, words: RegExp): void {
  expect([item.status, item.problem?.code]).toEqual(['failed', code]);
  expect(item.problem?.detail).toMatch(words);
  expect(item.problem?.detail).toMatch(/^[\p{L}\p{N}“:][^]{15,300}\.$/u);
  expect(item.problem?.detail).not.toMatch(/Error|ENOENT|undefined|\/tmp\/|at \w+ \(/);
}

describe('files', () => {
  test('a text named .mp3 is a text', async () => {
    const item = await beside(() => addFile('notes.mp3', 'Notes that somebody named like music.'));

    expect([item.status, item.kind]).toEqual(['ready', 'text']);
  });

  test('an empty file is refused before it becomes an item, blank text fails on its row', async () => {
    const path = await nexus.upload('empty.mp3', '');

    await expect(createItem(nexus.ctx, { source: 'file', path, name: 'empty.mp3' })).rejects.toMatchObject({
      code: 'unreadable-media',
    });
    const blank = await beside(() => addFile('blank.txt', ' \n '));

    expectProblem(blank, 'unreadable-media', /empty/);
  });

  test('a video that breaks off is used as far as it goes, with a warning', async () => {
    const whole = await media.make('whole.mp4', ...film(6), ...fastFilm, '-movflags', '+faststart');
    const cut = await media.cut('cut.mp4', whole, 0.6);

    const item = await beside(async () => addFile('cut.mp4', await Bun.file(cut).bytes()));

    expect([item.status, item.kind]).toEqual(['ready', 'video']);
    expect(item.warnings.join(' ')).toMatch(/cut off/);
  });

  test('a video whose index is cut off says so', async () => {
    const whole = await media.make('late-index.mp4', ...film(3), ...fastFilm);
    const cut = await media.cut('no-index.mp4', whole, 0.6);

    const item = await beside(async () => addFile('no-index.mp4', await Bun.file(cut).bytes()));

    expectProblem(item, 'unreadable-media', /./);
  });

  test('a DOCX that unfolds to gigabytes is not unfolded', async () => {
    const bomb = makeDocx({ body: paragraph('a'.repeat(300_000_000)) });

    const item = await beside(() => addFile('bomb.docx', bomb));

    expectProblem(item, 'too-large', /./);
  });

  test('a PDF of scans says that it holds pictures of text', async () => {
    const item = await beside(() => addFile('scans.pdf', makeScannedPdf(3)));

    expectProblem(item, 'unreadable-media', /scan|picture|image/i);
  });

  test('an HTML of 50 MB is refused by its size', async () => {
    const html = `<!doctype html><title>Long</title><p>${'words '.repeat(100)}</p>`.padEnd(
      50_000_000,
      '<p>More of the same words.</p>\n',
    );

    const item = await beside(() => addFile('long.html', html));

    expectProblem(item, 'too-large', /50 MB/);
  });

  test('a name with folders and line ends stays a name', async () => {
    const path = await nexus.upload('x.txt', 'Words of a file with an odd name.');

    const item = await beside(async () => {
      const { id } = await createItem(nexus.ctx, { source: 'file', path, name: '../../../evil\nname.txt' });
      return nexus.rested(id);
    });

    expect([item.status, item.originalName]).toEqual(['ready', 'evil name.txt']);
  });
});

describe('links', () => {
  test('into this machine or its network are refused, however they are written', async () => {
    const links = [
      `${inside.origin}/secret.txt`,
      `http://localhost:${inside.port}/`,
      'http://[::1]/',
      'http://2130706433/',
      'http://169.254.169.254/latest/meta-data/',
      'http://rebound.example/',
      'http://mixed.example/',
      `${outside.origin}/inside`,
      `${outside.origin}/metadata`,
    ];

    for (const link of links) expectProblem(await beside(() => addLink(link)), 'address-refused', /./);

    expect(inside.requests).toEqual([]);
  });

  test('to something larger than the limit end before it is fetched, to something endless at the limit', async () => {
    expectProblem(await beside(() => addLink(`${outside.origin}/large`)), 'too-large', /./);
    expectProblem(await beside(() => addLink(`${outside.origin}/endless`)), 'too-large', /./);
  });

  test('to a live stream end although they would take days to reach the limit', async () => {
    const { id } = await createItem(nexus.ctx, { source: 'url', url: `${outside.origin}/radio` });
    while (!outside.requests.some(({ path }) => path === '/radio')) await Bun.sleep(5);
    clockAheadMs = 3600_000;

    const item = await nexus.rested(id);
    clockAheadMs = 0;

    expectProblem(item, 'too-large', /live stream/);
  });

  test('that do not fit into the organisation’s storage end with its quota', async () => {
    await nexus.database.query('update orgs set storage_limit_bytes = (select sum(size_bytes) + 100000 from items)');

    const item = await beside(() => addLink(`${outside.origin}/endless`));
    await nexus.database.query('update orgs set storage_limit_bytes = null');

    expectProblem(item, 'quota-exceeded', /storage/);
  });

  test('to nothing say what was answered', async () => {
    expectProblem(await beside(() => addLink(`${outside.origin}/gone`)), 'upstream-refused', /./);
    expectProblem(await beside(() => addLink(`${outside.origin}/empty`)), 'unreadable-media', /empty/);
  });

  test('to a name that leads out of its folder stay in it', async () => {
    const item = await beside(() => addLink(`${outside.origin}/..%2f..%2fevil%0aname.txt`));

    expect([item.status, item.originalName]).toEqual(['ready', 'evilname.txt']);
    const { segments } = await listSegments(nexus.ctx, { itemId: item.id });
    expect(segments.map(({ text }) => text)).toEqual(['Words from a badly named file.']);
  });
});
