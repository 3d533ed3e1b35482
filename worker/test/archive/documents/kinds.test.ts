import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { detectKind } from '../../../src/archive/kinds.ts';
import { encodeLegacy } from './encode-legacy.ts';
import { makeDocx, paragraph } from './make-docx.ts';
import { makePdf } from './make-pdf.ts';
import { makeZip } from './make-zip.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-kinds-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function detect(content: string | Uint8Array, name = 'file') {
  const path = join(folder, crypto.randomUUID());
  await Bun.write(path, content);
  return detectKind(path, name);
}

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const padded = (start: string) =>
  new Uint8Array(Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(4000, '\x00\x07')]));
const README = '# Tides\n\nThey come **twice** a day.\n\n- spring\n- neap\n\nSee [more](https://example.com).\n';

const KINDS: [kind: string, what: string, content: string | Uint8Array, name: string][] = [
  ['text', 'a note named .mp3', 'Just a note about the sea.', 'song.mp3'],
  ['text', 'a note that begins like MP3', 'ID3 tags are read by players.', 'notes.txt'],
  ['text', 'a note that begins like a bitmap', 'BMW and others', 'cars'],
  ['text', 'JSON', '{"a": [1, 2, 3]}', 'a.json'],
  ['text', 'windows-1251', encodeLegacy('Сегодня мы поговорим о море', 'windows-1251'), 'a.txt'],
  ['text', 'a Python program with comments', '# read\nimport os\n# write\nprint("x")\n', 'a.py'],
  ['text', 'dashes under .txt', '- one thing\n- another thing\n\nand **bold** words\n', 'list.txt'],
  ['markdown', 'a readme without a name', README, ''],
  ['markdown', 'a readme named .txt', README, 'readme.txt'],
  ['markdown', 'plain words named .md', 'Only words.', 'note.md'],
  ['markdown', 'front matter', '---\ntitle: Sea\n---\n\nSome *words* and **more**.\n', 'x'],
  ['html', 'a page', '<!DOCTYPE html>\n<html><body><p>Sea</p></body></html>', 'page.txt'],
  ['html', 'a page after a comment', '<!-- saved -->\n<HTML lang="ru"><p>Море', 'page'],
  ['html', 'XHTML', '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', 'page.xml'],
  ['html', 'a fragment', '<div><p>One</p><p>Two</p></div>', 'part.md'],
  ['markdown', 'a readme that begins with a tag', `<p align="center">\n<img src="x"></p>\n\n${README}`, 'readme.md'],
  ['subtitles', 'SRT', '1\n00:00:01,000 --> 00:00:02,000\nHello\n', 'a.txt'],
  ['subtitles', 'SRT from Windows', '\uFEFF1\r\n00:00:01,000 --> 00:00:02,000\r\nПривет\r\n', 'a'],
  [
    'subtitles',
    'SRT in windows-1251',
    encodeLegacy('1\n00:00:01,000 --> 00:00:02,000\nПривет, мир\n', 'windows-1251'),
    'a',
  ],
  ['subtitles', 'VTT', 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n', 'a.mp4'],
  ['pdf', 'PDF', makePdf([[{ text: 'Sea', y: 500 }]]), 'a.docx'],
  ['pdf', 'PDF after a mail header', new Uint8Array(Buffer.concat([Buffer.from('\0\x01junk\n'), makePdf([[]])])), 'a'],
  ['docx', 'DOCX', makeDocx({ body: paragraph('Sea') }), 'a.zip'],
  ['audio', 'MP3 with a tag', padded('ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x64'), 'a.txt'],
  ['audio', 'WAV', padded('RIFF\x24\x08\x00\x00WAVEfmt '), 'a.pdf'],
  ['audio', 'FLAC', padded('fLaC\x00\x00\x00\x22'), 'a'],
  ['media', 'MP4', padded('\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41'), 'a.txt'],
  ['video', 'AVI', padded('RIFF\x24\x08\x00\x00AVI LIST'), 'a'],
];

test.each(KINDS)('%s is told from %s', async (kind, _what, content, name) => {
  expect(await detect(content, name)).toMatchObject({ kind });
});

test('texts say their encoding, type and usual extension', async () => {
  const found = await detect(encodeLegacy('1\n00:00:01,000 --> 00:00:02,000\nПривет, мир\n', 'windows-1251'));

  expect(found).toEqual({
    kind: 'subtitles',
    mimeType: 'application/x-subrip',
    extension: 'srt',
    encoding: 'windows-1251',
  });
});

test.each([
  '<!---->',
  '<!--',
  '[',
  '[a](b "',
  '**a',
  '__a ',
  '\n',
  ' ',
  '---\n',
  '- a\n',
  '|---',
  'a:\n',
  '</a',
  '<?xml ',
  '1\n',
])('a file of nothing but %j is judged without searching for long', async (piece) => {
  const content = `${piece.repeat(65_536 / piece.length - 4)} x`;

  expect(await detect(content)).toMatchObject({ encoding: 'utf-8' });
});

const REFUSED: [words: string, content: Uint8Array][] = [
  ['a ZIP archive', makeZip([{ name: 'a.txt', content: 'Sea' }])],
  ['a gzip archive', new Uint8Array(gzipSync('Sea'))],
  [
    'a PNG picture',
    padded(
      '\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDAT',
    ),
  ],
  ['a Linux program', padded('\x7fELF\x02\x01\x01')],
  ['an SVG picture', latin1('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['an RTF document', latin1('{\\rtf1\\ansi Sea}')],
  ['a MIDI file', padded('MThd\x00\x00\x00\x06')],
  ['an ASS subtitle file', latin1('[Script Info]\nTitle: x\n')],
  ['a binary file of an unknown kind', padded('\x00\x13\x37sea')],
];

test.each(REFUSED)('%s is refused by name', async (words, content) => {
  await expect(detect(content, 'a.mp3')).rejects.toMatchObject({
    code: 'unsupported-media',
    detail: expect.stringContaining(`This is ${words}`),
  });
});

test.each(['', ' \n\t\n', '\uFEFF'])('a file with nothing in it (%j) is said to be empty', async (content) => {
  await expect(detect(content, 'a.mp4')).rejects.toMatchObject({
    code: 'unreadable-media',
    detail: expect.stringContaining('The file is empty'),
  });
});
