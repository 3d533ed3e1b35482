import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractDocument, type ExtractOptions } from '../../../src/archive/documents/extract-document.ts';
import { webServer } from '../../loopback/web-server.ts';
import { linkedPicture, linkedRelation, makeDocx, paragraph } from './make-docx.ts';
import { makePdf, makePdfBomb, makeScannedPdf } from './make-pdf.ts';
import { makeZip } from './make-zip.ts';

let sources: string;
let directory: string;
beforeEach(async () => {
  sources = await mkdtemp(join(tmpdir(), 'nexus-document-'));
  directory = await mkdtemp(join(tmpdir(), 'nexus-extract-'));
});
afterEach(async () => {
  await rm(sources, { recursive: true });
  await rm(directory, { recursive: true });
});

async function extract(content: string | Uint8Array, kind: string, options: Partial<ExtractOptions> = {}) {
  const path = join(sources, 'document');
  await Bun.write(path, content);
  return extractDocument(path, kind, { signal: new AbortController().signal, directory, ...options });
}

const RUSSIAN = 'Сегодня мы поговорим о том, как устроено море и почему приливы приходят дважды в день на берег.';

const READABLE: [kind: string, content: string | Uint8Array][] = [
  ['text', RUSSIAN],
  ['markdown', RUSSIAN],
  ['html', `<p>${RUSSIAN}</p>`],
  ['pdf', makePdf([[{ text: RUSSIAN, y: 500, size: 6 }]])],
  ['docx', makeDocx({ body: paragraph(RUSSIAN) })],
];

test.each(READABLE)('a document of the kind %s is read in a process of its own', async (kind, content) => {
  const document = await extract(content, kind);

  expect(document.blocks.map(({ text }) => text)).toEqual([RUSSIAN]);
  expect(document.language).toBe('ru');
  expect(await readdir(directory)).toEqual([]);
});

const secondsOfWords = (bytes: number) => `<p>${'words and more words '.repeat(bytes / 21)}</p>`;
const bomb = (declaredBytes?: number) =>
  makeDocx({
    body: paragraph('Sea'),
    extra: [{ name: 'word/footnotes.xml', content: Buffer.alloc(60e6, ' '), ...(declaredBytes && { declaredBytes }) }],
  });
const encrypted = makePdf([[{ text: 'Secret', y: 500 }]], {
  trailer: `/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${'ab'.repeat(32)}> /U <${'cd'.repeat(32)}> >> /ID [<${'00'.repeat(16)}> <${'00'.repeat(16)}>]`,
});
const whole = makeDocx({ body: paragraph('Sea'.repeat(5000)) });

const HOSTILE: [name: string, kind: string, content: () => string | Uint8Array, code: string, words: RegExp][] = [
  ['a ZIP bomb of a DOCX', 'docx', () => bomb(), 'too-large', /unpacks to far more/],
  ['a ZIP bomb that lies about its size', 'docx', () => bomb(1000), 'too-large', /unpacks to far more/],
  [
    'a DOCX cut off in the middle',
    'docx',
    () => whole.subarray(0, whole.length / 2),
    'unreadable-media',
    /damaged or incomplete/,
  ],
  [
    'a ZIP that is no DOCX',
    'docx',
    () => makeZip([{ name: 'a.txt', content: 'x' }]),
    'unreadable-media',
    /damaged or incomplete/,
  ],
  [
    'garbage named DOCX',
    'docx',
    () => crypto.getRandomValues(new Uint8Array(5000)),
    'unreadable-media',
    /damaged or incomplete/,
  ],
  ['a page of 50 MB', 'html', () => secondsOfWords(50e6), 'too-large', /50 MB/],
  ['a page of empty elements', 'html', () => '<div></div>'.repeat(1000), 'unreadable-media', /no text/],
  ['a scan', 'pdf', () => makeScannedPdf(4), 'unreadable-media', /pictures of text only/],
  ['a PDF with a password', 'pdf', () => encrypted, 'unreadable-media', /password/],
  [
    'a PDF that is garbage',
    'pdf',
    () => '%PDF-1.7\nnothing that follows makes sense',
    'unreadable-media',
    /damaged or incomplete/,
  ],
  ['text without words', 'text', () => ' \n \n', 'unreadable-media', /no text/],
  ['something that is no document', 'audio', () => 'x', 'unsupported-media', /cannot be read/],
];

test.each(HOSTILE)('%s ends in a clear problem', async (_name, kind, content, code, words) => {
  const attempt = extract(content(), kind);

  await expect(attempt).rejects.toMatchObject({ code, detail: expect.stringMatching(words) });
  expect(await readdir(directory)).toEqual([]);
});

test('a PDF that unfolds without end is stopped by the memory limit', async () => {
  const attempt = extract(makePdfBomb(400e6), 'pdf', { memoryBytes: 300e6 });

  await expect(attempt).rejects.toMatchObject({ code: expect.stringMatching(/too-large|unreadable-media/) });
  expect(await readdir(directory)).toEqual([]);
});

test.each([
  ['elements', 'html', `${'<div>'.repeat(100_000)}deep`],
  ['tables', 'html', `${'<table><tr><td>'.repeat(20_000)}deep`],
  ['quotes', 'markdown', `${'>'.repeat(50_000)} deep`],
])('%s nested without reason are read all the same', async (_name, kind, content) => {
  const { blocks } = await extract(content, kind);

  expect(blocks.at(-1)?.text).toEndWith('deep');
});

test('a page of more elements than memory holds is refused at once', async () => {
  const attempt = extract('<p>a'.repeat(2e6), 'html');

  await expect(attempt).rejects.toMatchObject({ code: 'too-large', detail: expect.stringContaining('elements') });
});

test('a long PDF tells how far it is', async () => {
  const fractions: number[] = [];

  await extract(makePdf(Array.from({ length: 50 }, () => [{ text: 'Words', y: 500 }])), 'pdf', {
    onProgress: (fraction) => fractions.push(fraction),
  });

  expect(fractions).toEqual([0.4, 0.8]);
});

test('a document that takes too long is ended', async () => {
  const attempt = extract(RUSSIAN, 'text', { timeoutSeconds: 0.001 });

  await expect(attempt).rejects.toMatchObject({ code: 'unreadable-media' });
  expect(await readdir(directory)).toEqual([]);
});

test('a result larger than allowed is not taken', async () => {
  const attempt = extract(RUSSIAN.repeat(200), 'text', { maxOutputBytes: 4096 });

  await expect(attempt).rejects.toMatchObject({ code: 'unreadable-media' });
  expect(await readdir(directory)).toEqual([]);
});

test('canceling ends the process and leaves nothing behind', async () => {
  const controller = new AbortController();
  const attempt = extract(secondsOfWords(9e6), 'html', { signal: controller.signal });

  controller.abort();

  await expect(attempt).rejects.toMatchObject({ code: 'canceled' });
  expect(await readdir(directory)).toEqual([]);
});

test('nothing a document points to is fetched, and no file beside it is obeyed', async () => {
  await using server = await webServer((_request, reply) => reply.send(200, {}, 'x'));
  const { origin } = server;
  await Bun.write(join(sources, 'bunfig.toml'), 'preload = ["./take-over.ts"]');
  await Bun.write(join(sources, 'take-over.ts'), `await fetch("${origin}/taken")`);
  const page = `<html><head><base href="${origin}/"><link rel="stylesheet" href="${origin}/a.css"><script src="${origin}/a.js"></script></head>
    <body><p>Words.</p><img src="${origin}/a.png"><iframe src="${origin}"></iframe><object data="${origin}"></object></body></html>`;

  await extract(page, 'html');
  await extract(`Words. ![](${origin}/a.png) <img src="${origin}/b.png">`, 'markdown');
  await extract(
    makeDocx({ body: paragraph('Sea') + linkedPicture('rIdP'), relations: linkedRelation('rIdP', `${origin}/a.png`) }),
    'docx',
  );
  await extract(makePdf([[{ text: 'Words', y: 500 }]]), 'pdf');

  expect(server.requests).toEqual([]);
});

test('characters that databases refuse are gone, and endless paragraphs are cut at sentences', async () => {
  const { blocks } = await extract(`A\u0001 word\u00ad\u200b and more. ${'The sea is wide. '.repeat(1000)}`, 'text');

  expect(blocks[0]?.text).toStartWith('A word and more. The sea');
  expect(blocks.length).toBeGreaterThan(1);
  expect(blocks.every(({ text }) => text.length <= 6000 && text.endsWith('wide.'))).toBe(true);
});
