import { expect, test } from 'bun:test';
import mammoth from 'mammoth';
import { Segment } from '../../src/archive/contracts.ts';
import { writeDocx } from '../../src/archive/write-docx.ts';

const cue = (speaker: string | null, startSeconds: number, text: string) =>
  Segment.parse({ startSeconds, endSeconds: startSeconds + 2, speaker, text });
const block = (kind: string, text: string, level: number | null = null) =>
  Segment.parse({ kind, level, startSeconds: null, endSeconds: null, speaker: null, text });

const read = async (bytes: Uint8Array) => (await mammoth.convertToHtml({ buffer: Buffer.from(bytes) })).value;

test('a conversation becomes a Word document with title, summary, chapters, and who speaks from when', async () => {
  const talk = [
    cue('Ада', 0, 'Good <morning> & hello.'),
    cue('Ада', 2, 'Shall we?'),
    cue('Ben', 3725, 'Let\u0000 us.'),
  ];
  const chapters = [
    { startSeconds: 0, title: 'Opening' },
    { startSeconds: 3725.4, title: 'Bees & hives' },
  ];

  const html = await read(await writeDocx('Board', talk, { summary: 'They met.\n\nThey left.', chapters }));

  expect(html).toBe(
    '<p>Board</p><p><em>They met.</em></p><p><em>They left.</em></p><h1>Opening</h1>' +
      '<p>0:00  <strong>Ада: </strong>Good &lt;morning&gt; &amp; hello. Shall we?</p>' +
      '<h1>Bees &amp; hives</h1><p>1:02:05  <strong>Ben: </strong>Let us.</p>',
  );
});

test('a document keeps its headings, lists and code', async () => {
  const blocks = [
    block('heading', 'Hives', 2),
    block('paragraph', 'Feed  them.'),
    block('list-item', 'wrap'),
    block('code', 'a\n b'),
  ];

  const html = await read(await writeDocx('Bees', blocks));

  expect(html).toBe('<p>Bees</p><h2>Hives</h2><p>Feed them.</p><ul><li>wrap</li></ul><p>a<br /> b</p>');
});
