import { expect, test } from 'bun:test';
import { decodeText, guessEncoding } from '../../../src/archive/documents/encoding.ts';
import { encodeLegacy } from './encode-legacy.ts';

const RUSSIAN = 'Привет, мир. Сегодня мы поговорим о том, как устроено море.\nОн сказал: хорошо.';
const SHOUTED = 'СЕГОДНЯ МЫ ПОГОВОРИМ О МОРЕ И О ПРИЛИВАХ';

const CASES: [text: string, encoding: string][] = [
  ...['windows-1251', 'koi8-r', 'ibm866', 'utf-16le', 'utf-16be'].flatMap((encoding): [string, string][] => [
    [RUSSIAN, encoding],
    [SHOUTED, encoding],
  ]),
  ['Он сказал: «Да» — и ушёл…', 'windows-1251'],
  ['Сьогодні ми поговоримо про те, як влаштоване море', 'windows-1251'],
  ['Le garçon a mangé une crème brûlée à Noël – c’était “très” bon.', 'windows-1252'],
  ['Die Straße ist für Fußgänger geöffnet. Übermäßig schön.', 'windows-1252'],
  ['café', 'windows-1252'],
  ['El niño comió piñas en España', 'windows-1252'],
];

test.each(CASES)('"%s" is read from %s', (text, encoding) => {
  const bytes = encodeLegacy(text, encoding);

  expect(decodeText(bytes)).toEqual({ text, encoding });
});

test.each(['plain words', RUSSIAN, '日本語のテキスト', '👍 fine', ''])('"%s" is read from UTF-8', (text) => {
  expect(decodeText(new TextEncoder().encode(text))).toEqual({ text, encoding: 'utf-8' });
});

test('a byte order mark decides and is not part of the text', () => {
  expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x41, 0))).toEqual({ text: 'A', encoding: 'utf-16le' });
  expect(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toEqual({ text: 'A', encoding: 'utf-8' });
});

test('a sample that ends inside a character is still UTF-8', () => {
  const bytes = new TextEncoder().encode(`${'a'.repeat(65_535)}ж`);

  expect(guessEncoding(bytes.subarray(0, 65_536), true)).toBe('utf-8');
});

test('a legacy letter far behind plain ASCII is still read', () => {
  const text = `${'plain words '.repeat(10_000)}café`;

  expect(decodeText(encodeLegacy(text, 'windows-1252')).text).toBe(text);
});

test('one damaged character does not turn UTF-8 into something else', () => {
  const bytes = new TextEncoder().encode(RUSSIAN.repeat(3));
  bytes[1] = 0x41;

  expect(guessEncoding(bytes)).toBe('utf-8');
});

test('compressed bytes and zeros are not text', () => {
  expect(guessEncoding(crypto.getRandomValues(new Uint8Array(4000)))).toBeNull();
  expect(guessEncoding(new Uint8Array(4000))).toBeNull();
});

test('quiet sound is not UTF-16', () => {
  const samples = Int16Array.from({ length: 4000 }, (_, index) => Math.abs(Math.round(100 * Math.sin(index / 9))));

  expect(guessEncoding(new Uint8Array(samples.buffer))).toBeNull();
});
