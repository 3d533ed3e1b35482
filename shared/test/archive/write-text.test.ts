import { expect, test } from 'bun:test';
import { Segment } from '../../src/archive/contracts.ts';
import { writeMarkdown, writeText } from '../../src/archive/write-text.ts';

const cue = (speaker: string | null, startSeconds: number, text: string) =>
  Segment.parse({ startSeconds, endSeconds: startSeconds + 2, speaker, text });
const block = (kind: string, text: string, level: number | null = null) =>
  Segment.parse({ kind, level, startSeconds: null, endSeconds: null, speaker: null, text });

test('a conversation becomes one paragraph per turn, with who speaks and from when', () => {
  const talk = [cue('Ada', 0, 'Good morning.'), cue('Ada', 2, 'Shall we begin?'), cue('Ben', 3725, 'Let us.')];

  expect(writeText(talk)).toBe('Ada: Good morning. Shall we begin?\n\nBen: Let us.\n');
  expect(writeMarkdown('Board', talk)).toBe(
    '# Board\n\n[0:00] **Ada:** Good morning. Shall we begin?\n\n[1:02:05] **Ben:** Let us.\n',
  );
});

test('without speakers every cue stands alone', () => {
  expect(writeText([cue(null, 0, 'One.'), cue(null, 2, 'Two.')])).toBe('One.\n\nTwo.\n');
});

test('a document keeps its structure, one level below the title', () => {
  const blocks = [
    block('heading', 'Hives', 1),
    block('paragraph', 'Feed  them.'),
    block('list-item', 'wrap'),
    block('code', 'a\n b'),
  ];

  expect(writeMarkdown('Bees', blocks)).toBe('# Bees\n\n## Hives\n\nFeed them.\n\n- wrap\n\n```\na\n b\n```\n');
});
