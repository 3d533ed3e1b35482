import { expect, test } from 'bun:test';
import { plainWords } from '../../../src/listening/sources/plain-words.ts';

test('scripts, styles and hidden parts say nothing', () => {
  const { text } = plainWords('<p>Seen<script>alert(1)</script><style>p{}</style><i hidden>hidden</i></p>');

  expect(text).toBe('Seen');
});

test('only links to the web are links', () => {
  const { links } = plainWords(
    '<a href="javascript:alert(1)">a</a><a href="/here">b</a><a href="https://a.example/ü">c</a><a href="https://a.example/ü">c</a>',
  );

  expect(links).toEqual(['https://a.example/%C3%BC']);
});

test('markup without an end and elements without number end like any other', () => {
  const deep = plainWords(`${'<b>'.repeat(15_000)}deep`);
  const broken = plainWords('<p>half <a href="https://a.example');

  expect(deep.text).toBe('deep');
  expect(broken.text).toBe('half');
});

test('text between the signs of a language stays whole', () => {
  expect(plainWords('שלום <b>עולם</b> 👩‍👩‍👧&#x200d; 1 &lt; 2 &amp;amp;').text).toBe('שלום עולם 👩‍👩‍👧\u200d 1 < 2 &amp;');
});
