import { expect, test } from 'bun:test';
import { draftAddress, sharedContent } from '../../src/lib/archive/shared-content.ts';

function form(fields: Record<string, string | File>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

test('a link is found wherever the sharing app put it', () => {
  const shares: Record<string, string>[] = [
    { url: 'https://example.org/talk' },
    { text: 'https://example.org/talk' },
    { title: 'A talk', text: 'Look at this: https://example.org/talk' },
  ];

  const links = shares.map((fields) => sharedContent(form(fields)).link);

  expect(new Set(links)).toEqual(new Set(['https://example.org/talk']));
});

test('a note with several links stays a note', () => {
  const { link, text } = sharedContent(form({ text: 'First https://a.example and then https://b.example' }));

  expect(link).toBeNull();
  expect(text).toStartWith('First');
});

test('files are taken, empty ones are not', () => {
  const { files } = sharedContent(form({ files: new File(['words'], 'note.txt') }));

  expect(files.map(({ name }) => name)).toEqual(['note.txt']);
  expect(sharedContent(form({ files: new File([], '') })).files).toEqual([]);
});

test('a draft stays on this site, is short enough for an address, and files ask to be shared again', () => {
  const long = draftAddress(sharedContent(form({ text: 'ж'.repeat(100_000) })));

  expect(long.length).toBeLessThan(10_000);
  expect(long).toStartWith('/archive?add=text&draft=');
  expect(draftAddress(sharedContent(form({ url: 'https://example.org/?next=//evil.example' })))).toStartWith(
    '/archive?',
  );
  expect(draftAddress(sharedContent(form({ files: new File(['x'], 'x.txt') })))).toBe('/archive?shared=again');
});
