import { expect, test } from 'bun:test';
import { html } from '../../../src/archive/documents/html.ts';
import { markdown } from '../../../src/archive/documents/markdown.ts';
import { plainText } from '../../../src/archive/documents/plain-text.ts';
import { encodeLegacy } from './encode-legacy.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const SENTENCE = 'The sea rises and falls twice a day because the moon pulls at it, and the coast feels it most. ';

test('wrapped lines of plain text become paragraphs, short ones stay lines', async () => {
  const source = [
    'Today we talk about the sea, which rises and falls',
    'twice a day because the moon pulls at the water on',
    'the side that faces it.',
    '',
    'Roses are red',
    'Violets are blue',
    '',
    '- one',
    '- two',
    '1. three',
  ].join('\r\n');

  const { blocks } = await plainText.extract(bytes(source));

  expect(blocks).toEqual([
    {
      kind: 'paragraph',
      text: 'Today we talk about the sea, which rises and falls twice a day because the moon pulls at the water on the side that faces it.',
    },
    { kind: 'paragraph', text: 'Roses are red' },
    { kind: 'paragraph', text: 'Violets are blue' },
    { kind: 'list-item', text: 'one' },
    { kind: 'list-item', text: 'two' },
    { kind: 'list-item', text: 'three' },
  ]);
});

test('Markdown becomes blocks, its front matter facts', async () => {
  const source = `---
title: "Приливы"
author: А. Моряк
date: 2024-03-01
lang: ru
---

# Море

Слова **важные** и [ссылка](https://example.com),
вторая строка.

- первое
  - глубже
- второе

> Цитата

| день | высота |
|------|--------|
| один | 3 м    |

\`\`\`js
if (a < b)
  go();
\`\`\`

<script>alert(1)</script>
`;

  const { title, author, publishedAt, declaredLanguage, blocks } = await markdown.extract(bytes(source));

  expect({ title, author, publishedAt, declaredLanguage }).toEqual({
    title: 'Приливы',
    author: 'А. Моряк',
    publishedAt: '2024-03-01T00:00:00.000Z',
    declaredLanguage: 'ru',
  });
  expect(blocks).toEqual([
    { kind: 'heading', level: 1, text: 'Море' },
    { kind: 'paragraph', text: 'Слова важные и ссылка, вторая строка.' },
    { kind: 'list-item', text: 'первое' },
    { kind: 'list-item', text: 'глубже' },
    { kind: 'list-item', text: 'второе' },
    { kind: 'quote', text: 'Цитата' },
    { kind: 'table-row', text: 'день | высота' },
    { kind: 'table-row', text: 'один | 3 м' },
    { kind: 'code', text: 'if (a < b)\n  go();' },
    { kind: 'paragraph', text: '<script>alert(1)</script>' },
  ]);
});

test('Markdown without front matter takes its title from the first heading', async () => {
  const { title, blocks } = await markdown.extract(bytes('---\n\nWords first.\n\n# Sea\n'));

  expect(title).toBe('Sea');
  expect(blocks.map(({ text }) => text)).toEqual(['Words first.', 'Sea']);
});

test('of a web page the article is kept and what surrounds it is not', async () => {
  const page = `<!doctype html><html lang="en-GB"><head><title>Tides | The Daily Sea</title>
    <meta name="author" content="A. Sailor"><meta property="article:published_time" content="2024-03-01T09:00:00+03:00"></head>
    <body><nav><a href="/">Home</a> <a href="/shop">Shop</a></nav>
    <article><h1>How tides work</h1><p>${SENTENCE.repeat(4)}</p><p>${SENTENCE.repeat(3)}</p><h2>Neap</h2><p>${SENTENCE.repeat(3)}</p></article>
    <aside>Subscribe now</aside><footer>All rights reserved</footer><script>track()</script></body></html>`;

  const document = await html.extract(bytes(page));

  expect(document).toMatchObject({
    author: 'A. Sailor',
    publishedAt: '2024-03-01T06:00:00.000Z',
    declaredLanguage: 'en-GB',
  });
  expect(document.title).toStartWith('Tides');
  const text = document.blocks.map((block) => block.text).join('\n');
  expect(text).toContain(SENTENCE.trim());
  expect(text).not.toMatch(/Shop|Subscribe|rights|track/);
  expect(document.blocks).toContainEqual({ kind: 'heading', level: 2, text: 'Neap' });
});

test('a page without an article is read whole, but not its navigation and hidden parts', async () => {
  const page = `<body><nav>Home</nav><h3>Times</h3><table><tr><td>Mon</td><td><p>04:10</p></td></tr><tr><td>Tue</td><td>05:00</td></tr></table>
    <p hidden>secret</p><div style="display: none">trap</div><p>One<br><br>Two</p><template>no</template></body>`;

  const { blocks } = await html.extract(bytes(page));

  expect(blocks).toEqual([
    { kind: 'heading', level: 3, text: 'Times' },
    { kind: 'table-row', text: 'Mon | 04:10' },
    { kind: 'table-row', text: 'Tue | 05:00' },
    { kind: 'paragraph', text: 'One' },
    { kind: 'paragraph', text: 'Two' },
  ]);
});

test('a table that only arranges a page is read as the blocks it holds', async () => {
  const page =
    '<table><tr><td>Menu</td><td><h2>Sea</h2><p>Words</p><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>';

  const { blocks } = await html.extract(bytes(page));

  expect(blocks).toEqual([
    { kind: 'paragraph', text: 'Menu' },
    { kind: 'heading', level: 2, text: 'Sea' },
    { kind: 'paragraph', text: 'Words' },
    { kind: 'table-row', text: 'a | b' },
  ]);
});

test('a page in an old encoding is read by its own word', async () => {
  const page = encodeLegacy(
    '<html><head><meta charset="iso-8859-5"></head><body><p>Море</p></body></html>',
    'iso-8859-5',
  );

  const { blocks } = await html.extract(page);

  expect(blocks).toEqual([{ kind: 'paragraph', text: 'Море' }]);
});
