import { expect, test } from 'bun:test';
import { pdf } from '../../../src/archive/documents/pdf.ts';
import { makePdf, makeScannedPdf, type PdfText } from './make-pdf.ts';

/** Lines one below the other, 14 points apart. */
const lines = (fromY: number, ...texts: string[]): PdfText[] =>
  texts.map((text, index) => ({ text, y: fromY - index * 14 }));

test('lines become paragraphs, large letters headings, and pages are kept', async () => {
  const document = makePdf(
    [
      [
        { text: 'Приливы', y: 540, size: 22 },
        { text: 'Почему они бывают', y: 510, size: 15 },
        ...lines(480, 'Море поднимается и опускается дважды в день, потому', 'что луна притягивает воду.'),
        ...lines(430, 'A second paragraph stands apart.'),
        ...lines(400, '• first point', '• second point'),
      ],
      lines(540, 'Words on the second page.'),
    ],
    { info: "/Title (Report.docx) /Author (A. Sailor) /CreationDate (D:20240301093000+03'00')" },
  );

  const { title, author, publishedAt, blocks } = await pdf.extract(document);

  expect({ title, author, publishedAt }).toEqual({
    title: 'Приливы',
    author: 'A. Sailor',
    publishedAt: '2024-03-01T06:30:00.000Z',
  });
  expect(blocks).toEqual([
    { kind: 'heading', level: 1, page: 1, text: 'Приливы' },
    { kind: 'heading', level: 2, page: 1, text: 'Почему они бывают' },
    {
      kind: 'paragraph',
      page: 1,
      text: 'Море поднимается и опускается дважды в день, потому что луна притягивает воду.',
    },
    { kind: 'paragraph', page: 1, text: 'A second paragraph stands apart.' },
    { kind: 'list-item', page: 1, text: 'first point' },
    { kind: 'list-item', page: 1, text: 'second point' },
    { kind: 'paragraph', page: 2, text: 'Words on the second page.' },
  ]);
});

test('words broken at the end of a line are joined, compounds keep their hyphen', async () => {
  const document = makePdf([
    lines(
      500,
      'The hydro-',
      'dynamical view is well-known among those who have',
      'read it; and to a well-',
      'known captain it is not new.',
    ),
  ]);

  const { blocks } = await pdf.extract(document);

  expect(blocks.map(({ text }) => text)).toEqual([
    'The hydrodynamical view is well-known among those who have read it; and to a well-known captain it is not new.',
  ]);
});

test('running titles and page numbers are left out', async () => {
  const pages = ['One', 'Two', 'Three', 'Four'].map((word, index) => [
    { text: 'The Daily Sea', y: 570 },
    { text: `Page ${index + 1} of 4`, y: 20 },
    ...lines(500, `${word} is what this page is about.`, 'It says so here.'),
    ...lines(400, `The end of part ${word}.`),
  ]);

  const { blocks } = await pdf.extract(makePdf(pages));

  expect(blocks.map(({ text }) => text).slice(0, 3)).toEqual([
    'One is what this page is about. It says so here.',
    'The end of part One.',
    'Two is what this page is about. It says so here.',
  ]);
  expect(blocks).toHaveLength(8);
});

test('a sentence goes on over columns and pages', async () => {
  const document = makePdf([
    [
      ...lines(500, 'The left column ends in the', 'middle of a sentence that'),
      { text: 'goes on in the right one and', x: 230, y: 500 },
    ],
    lines(540, 'over the page.'),
  ]);

  const { blocks } = await pdf.extract(document);

  expect(blocks).toEqual([
    {
      kind: 'paragraph',
      page: 1,
      text: 'The left column ends in the middle of a sentence that goes on in the right one and over the page.',
    },
  ]);
});

test('a scan is refused with what to do about it', async () => {
  await expect(Promise.resolve(pdf.extract(makeScannedPdf(3)))).rejects.toMatchObject({
    code: 'unreadable-media',
    detail: expect.stringContaining('This PDF holds pictures of text only'),
  });
});

test('pages without text among others are named', async () => {
  const { warnings } = await pdf.extract(
    makePdf([lines(500, 'Enough words on this page.'), [], lines(500, 'And on this one too.')]),
  );

  expect(warnings).toEqual(['No text on page 2.']);
});
