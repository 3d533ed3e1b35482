import { expect, test } from 'bun:test';
import type { Segment } from '@nexus/shared/archive';
import { detectSubtitles, parseSubtitles } from '../../../src/archive/media/subtitles.ts';
import { writeSrt, writeVtt } from '@nexus/shared/archive';

const brief = (segments: Segment[]) =>
  segments.map(({ startSeconds, endSeconds, text, speaker }) =>
    speaker === null ? [startSeconds, endSeconds, text] : [startSeconds, endSeconds, text, speaker],
  );
const read = (text: string) => brief(parseSubtitles(text).segments);

test('an ordinary SRT file', () => {
  const srt = '1\n00:00:01,000 --> 00:00:02,500\nHello\nthere\n\n2\n00:00:03,000 --> 01:02:03,456\nBye\n';

  expect(parseSubtitles(srt).format).toBe('srt');
  expect(read(srt)).toEqual([
    [1, 2.5, 'Hello there'],
    [3, 3723.456, 'Bye'],
  ]);
});

test('SRT as it is found: BOM, CRLF, no numbers, dots, short fractions, no hours, coordinates, styles', () => {
  const srt =
    '\uFEFF00:01.5 --> 00:02.25\r\n<i>One</i> {\\an8}two\r\n\r\n' +
    '00:00:03 -> 00:00:04,1 X1:10 X2:20\r\n<font color="#fff">3 < 4 &amp; 5</font>\r\n\r\n' +
    '7\r\n00: 00: 05, 000 --> 00: 00: 06, 000\r\nLast';

  expect(read(srt)).toEqual([
    [1.5, 2.25, 'One two'],
    [3, 4.1, '3 < 4 & 5'],
    [5, 6, 'Last'],
  ]);
});

test('an empty line within an SRT cue does not end it, and a number alone may be what is said', () => {
  const srt =
    '1\n00:00:01,000 --> 00:00:02,000\nFirst\n\nstill first\n\n2\n00:00:03,000 --> 00:00:04,000\n42\n\n3\n00:00:05,000 --> 00:00:06,000\nEnd\n';

  expect(read(srt)).toEqual([
    [1, 2, 'First still first'],
    [3, 4, '42'],
    [5, 6, 'End'],
  ]);
});

test('VTT with header, notes, styles, regions, identifiers, settings, entities and voices', () => {
  const vtt = [
    'WEBVTT - Some title',
    'Kind: captions',
    '',
    'NOTE a remark\nover two lines',
    '',
    'STYLE\n::cue { color: red }',
    '',
    'REGION\nid:fred',
    '',
    'intro',
    '00:01.000 --> 00:03.000 line:0 align:start',
    '<v.loud Ada Lovelace>Hello &lt;world&gt;&nbsp;&#33;</v>',
    '',
    '00:04.000 --> 00:08.000',
    '<v Ada>Yes<v Bob>Nope',
    '',
  ].join('\n');

  expect(parseSubtitles(vtt).format).toBe('vtt');
  expect(read(vtt)).toEqual([
    [1, 3, 'Hello <world> !', 'Ada Lovelace'],
    [4, 5.714, 'Yes', 'Ada'],
    [5.714, 8, 'Nope', 'Bob'],
  ]);
});

test('cues out of order, overlapping, backward and doubled come out ordered and apart', () => {
  const srt = [
    ['00:00:10,000 --> 00:00:12,000', 'later'],
    ['00:00:01,000 --> 00:00:05,000', 'long'],
    ['00:00:03,000 --> 00:00:06,000', 'overlaps'],
    ['00:00:08,000 --> 00:00:07,000', 'backward'],
    ['00:00:10,000 --> 00:00:12,000', 'later'],
    ['00:00:10,005 --> 00:00:13,000', 'at once'],
  ]
    .map(([times, text]) => `${times}\n${text}\n`)
    .join('\n');

  expect(read(srt)).toEqual([
    [1, 3, 'long'],
    [3, 6, 'overlaps'],
    [8, 10, 'backward'],
    [10, 13, 'later at once'],
  ]);
});

test('rolling automatic captions are said once', () => {
  const vtt = `WEBVTT
Kind: captions
Language: en

00:00:00.000 --> 00:00:02.000 align:start position:0%
 
so<00:00:00.500><c> this</c><00:00:01.000><c> is</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
so this is
 

00:00:02.010 --> 00:00:04.000 align:start position:0%
so this is
how<00:00:02.500><c> it</c><00:00:03.000><c> rolls</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
how it rolls
 

00:00:04.010 --> 00:00:06.000 align:start position:0%
how it rolls
and<00:00:05.000><c> ends</c>
`;

  expect(read(vtt)).toEqual([
    [0, 2.01, 'so this is'],
    [2.01, 4.01, 'how it rolls'],
    [4.01, 6, 'and ends'],
  ]);
});

test('people who repeat each other are not taken for rolling captions', () => {
  const srt = ['No.', 'No.', 'Yes.', 'I said no.', 'Fine.']
    .map((text, i) => `00:00:0${i},000 --> 00:00:0${i + 1},000\n${text}\n`)
    .join('\n');

  expect(read(srt)).toHaveLength(5);
});

test('encodings are guessed: UTF-8, UTF-16 with and without a mark, windows-1251, windows-1252', () => {
  const srt = (text: string) => `1\n00:00:01,000 --> 00:00:02,000\n${text}\n`;
  const utf16 = (text: string, bigEndian: boolean) => {
    const bytes = Buffer.from(text, 'utf16le');
    return new Uint8Array(bigEndian ? bytes.swap16() : bytes);
  };
  const single = (text: string, label: string) => {
    const table = new Map(
      Array.from({ length: 256 }, (_, byte) => [new TextDecoder(label).decode(Uint8Array.of(byte)), byte]),
    );
    return Uint8Array.from(text, (character) => table.get(character)!);
  };
  const russian = 'Привет, как дела? Всё хорошо.';
  const french = 'Déjà vu: où est la forêt, garçon?';
  const textOf = (bytes: Uint8Array) => parseSubtitles(bytes).segments[0]?.text;

  expect(textOf(new TextEncoder().encode(srt(russian)))).toBe(russian);
  expect(textOf(utf16(`\uFEFF${srt(russian)}`, false))).toBe(russian);
  expect(textOf(utf16(`\uFEFF${srt(french)}`, true))).toBe(french);
  expect(textOf(utf16(srt(russian), false))).toBe(russian);
  expect(textOf(utf16(srt(french), true))).toBe(french);
  expect(textOf(single(srt(russian), 'windows-1251'))).toBe(russian);
  expect(textOf(single(srt(french), 'windows-1252'))).toBe(french);
});

test('what holds no cue is a problem, and so is what is too large', () => {
  expect(() => parseSubtitles('just words')).toThrow(expect.objectContaining({ code: 'unreadable-media' }));
  expect(() => parseSubtitles('')).toThrow(expect.objectContaining({ code: 'unreadable-media' }));
  expect(() => parseSubtitles(new Uint8Array(21 * 1024 * 1024))).toThrow(
    expect.objectContaining({ code: 'too-large' }),
  );
});

test('a hostile file is read in linear time', () => {
  const lines = `${'<b '.repeat(100_000)}\n${'{\\'.repeat(100_000)}\n${'<v a'.repeat(100_000)}\n${'00:'.repeat(100_000)}\n${' '.repeat(200_000)}x\n`;
  const srt = `00:00:01,000 --> 00:00:02,000\n${lines}`;

  expect(parseSubtitles(srt).segments).toHaveLength(1);
});

test('subtitles are told from other text by content', () => {
  expect(detectSubtitles('WEBVTT\n\n')).toBe('vtt');
  expect(detectSubtitles('\uFEFF1\r\n00:00:01,000 --> 00:00:02,000\r\nHi')).toBe('srt');
  expect(detectSubtitles('WEBVTTX\nNotes about --> arrows')).toBeNull();
});

test('what is written is read back as it was', () => {
  const segments = parseSubtitles(
    'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada & Co>a &lt; b --&gt; c\n\n01:00:03.004 --> 01:00:05.006\nplain',
  ).segments;

  expect(parseSubtitles(writeVtt(segments)).segments).toEqual(
    segments.map((segment) => ({ ...segment, text: segment.text.replaceAll('-->', '→') })),
  );
  expect(writeSrt(segments)).toBe(
    '1\n00:00:01,000 --> 00:00:02,000\nAda & Co: a < b → c\n\n2\n01:00:03,004 --> 01:00:05,006\nplain\n',
  );
  expect(writeVtt([{ ...segments[0]!, startSeconds: null, endSeconds: null }])).toBe('WEBVTT\n');
});
