import { expect, test } from 'bun:test';
import { extractorKey, linkKey } from '../../src/archive/link-key.ts';

const same: readonly (readonly string[])[] = [
  [
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
    'http://youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&t=42s',
    'https://youtu.be/dQw4w9WgXcQ?si=abc',
    'https://m.youtube.com/shorts/dQw4w9WgXcQ',
    'https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ',
  ],
  ['https://vimeo.com/76979871', 'https://player.vimeo.com/video/76979871?h=1'],
  ['https://twitter.com/someone/status/20', 'https://x.com/other/status/20?s=20'],
  [
    'https://Example.org:443/talks/bees/?b=2&a=1',
    'http://www.example.org/talks/bees?a=1&b=2&utm_source=letter&fbclid=x#minute',
    'https://m.example.org/talks/bees/?a=1&b=2',
  ],
];

test('links to the same thing have one key', async () => {
  for (const links of same) {
    const keys = await Promise.all(links.map(linkKey));
    expect(new Set(keys).size, links.join('\n')).toBe(1);
  }
});

test('links to different things keep their keys apart', async () => {
  const links = [
    'https://example.org/a',
    'https://example.org/A',
    'https://example.org/a?id=1',
    'https://example.org:8443/a',
    'https://youtu.be/dQw4w9WgXcQ',
    'https://youtu.be/dQw4w9WgXcq',
    'https://www.youtube.com/playlist?list=PL1',
    `https://example.org/${'x'.repeat(3000)}`,
    `https://example.org/${'x'.repeat(3001)}`,
  ];

  const keys = await Promise.all(links.map(linkKey));

  expect(new Set(keys).size).toBe(links.length);
  expect(Math.max(...keys.map((key) => key?.length ?? 0))).toBeLessThan(600);
});

test('what yt-dlp finds has the key of its address', async () => {
  expect(extractorKey('Youtube', 'dQw4w9WgXcQ')).toBe((await linkKey('https://youtu.be/dQw4w9WgXcQ'))!);
});

test('what is no web address has none', async () => {
  expect(await Promise.all(['mailto:a@b.c', '--exec=ls', ''].map(linkKey))).toEqual([null, null, null]);
});
