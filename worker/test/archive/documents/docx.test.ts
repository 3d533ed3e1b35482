import { expect, test } from 'bun:test';
import { docx } from '../../../src/archive/documents/docx.ts';
import { bullet, linkedPicture, linkedRelation, makeDocx, paragraph, table } from './make-docx.ts';

test('headings, lists, tables and the document properties are read', async () => {
  const body =
    paragraph('Море', 'Heading1') +
    paragraph('Сегодня о приливах.') +
    paragraph('Луна', 'Heading2') +
    bullet('первое') +
    bullet('второе') +
    table([
      ['день', 'высота'],
      ['один', '3 м'],
    ]);

  const { title, author, publishedAt, blocks } = await docx.extract(makeDocx({ body }));

  expect({ title, author, publishedAt }).toEqual({
    title: 'Приливы & отливы',
    author: 'А. Моряк',
    publishedAt: '2024-03-01T09:30:00.000Z',
  });
  expect(blocks).toEqual([
    { kind: 'heading', level: 1, text: 'Море' },
    { kind: 'paragraph', text: 'Сегодня о приливах.' },
    { kind: 'heading', level: 2, text: 'Луна' },
    { kind: 'list-item', text: 'первое' },
    { kind: 'list-item', text: 'второе' },
    { kind: 'table-row', text: 'день | высота' },
    { kind: 'table-row', text: 'один | 3 м' },
  ]);
});

test('linked pictures are passed over', async () => {
  const body = paragraph('Before') + linkedPicture('rIdP') + paragraph('After');

  const { blocks } = await docx.extract(makeDocx({ body, relations: linkedRelation('rIdP', 'file:///etc/passwd') }));

  expect(blocks.map(({ text }) => text)).toEqual(['Before', 'After']);
});

test('entities of its own do not reach outside and do not multiply', async () => {
  const outside = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>';
  const ten = (name: string, of: string) => `<!ENTITY ${name} "${`&${of};`.repeat(10)}">`;
  const laughs = `<!DOCTYPE d [<!ENTITY a "ha">${ten('b', 'a')}${ten('c', 'b')}${ten('d', 'c')}${ten('e', 'd')}]>`;

  for (const prologue of [outside, laughs]) {
    const attempt = Promise.resolve(docx.extract(makeDocx({ body: paragraph('Sea &e; end'), prologue })));
    const text = await attempt.then(
      ({ blocks }) => blocks.map((block) => block.text).join(),
      (error: unknown) => String(error),
    );

    expect(text).not.toContain('root:');
    expect(text.length).toBeLessThan(500);
  }
});
