import { expect, test } from 'bun:test';
import { fileNameOf, sanitiseFileName } from '../../src/platform/http-file-name.ts';

const NAMES: [given: string, safe: string][] = [
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\windows\\win.ini', 'win.ini'],
  ['talk\n2026.mp3', 'talk2026.mp3'],
  ['a\u0000b.txt', 'ab.txt'],
  ['invoice\u202Egpj.exe', 'invoicegpj.exe'],
  ['...', 'download'],
  ['', 'download'],
  ['.htaccess', 'htaccess'],
  ['what? "now".pdf', 'what_ _now_.pdf'],
  ['Беседа о море.mp3', 'Беседа о море.mp3'],
];

test.each(NAMES)('%j becomes %j', (given, safe) => {
  expect(sanitiseFileName(given)).toBe(safe);
});

test('a long name keeps its extension and fits 180 bytes', () => {
  const name = sanitiseFileName(`${'ж'.repeat(500)}.docx`);

  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(180);
  expect(name).toEndWith('ж.docx');
});

const HEADERS: [header: string | undefined, path: string, name: string][] = [
  [undefined, '/files/%D0%BC%D0%BE%D1%80%D0%B5.ogg?x=1', 'море.ogg'],
  [undefined, '/', 'download'],
  [undefined, '/%ZZ%2e%2e%2fsecret', 'secret'],
  ['attachment; filename="a \\"b\\".txt"', '/x', 'a _b_.txt'],
  ['attachment; filename=plain.txt; size=3', '/x', 'plain.txt'],
  [`inline; filename="fallback.txt"; filename*=UTF-8''%E2%82%AC.txt`, '/x', '€.txt'],
  [`attachment; filename="${Buffer.from('утро.mp3').toString('latin1')}"`, '/x', 'утро.mp3'],
  ['attachment; filename="../../../.bashrc"', '/x', 'bashrc'],
  ['attachment', '/talk.mp4', 'talk.mp4'],
];

test.each(HEADERS)('the header %j at %j gives the name %j', (header, path, name) => {
  expect(fileNameOf(new URL(path, 'https://example.com'), header)).toBe(name);
});
