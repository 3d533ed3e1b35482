import { expect, test } from 'bun:test';
import { CHUNK_CHARACTERS, type ChunkSegment, chunkSegments } from '../../src/assistant/chunk-segments.ts';

function speech(cues: readonly { text: string; speaker?: string }[], secondsEach = 5): ChunkSegment[] {
  return cues.map(({ text, speaker = null }, position) => ({
    position,
    kind: 'speech',
    text,
    speaker,
    startSeconds: position * secondsEach,
    endSeconds: (position + 1) * secondsEach,
  }));
}

function blocks(...texts: string[]): ChunkSegment[] {
  return texts.map((text, position) => ({
    position,
    kind: text.startsWith('# ') ? 'heading' : 'paragraph',
    text: text.replace(/^# /, ''),
    speaker: null,
    startSeconds: null,
    endSeconds: null,
  }));
}

const sentence = 'The quick brown fox jumps over the lazy dog near the river. ';

test('cues become passages of whole sentences with their seconds', () => {
  const words = sentence.repeat(60).trim().split(' ');
  const cues = Array.from({ length: Math.ceil(words.length / 7) }, (_, i) => ({
    text: words.slice(i * 7, i * 7 + 7).join(' '),
  }));

  const chunks = chunkSegments(speech(cues), 'Foxes');

  expect(chunks.length).toBeGreaterThan(2);
  expect(chunks.map(({ text }) => text).join(' ')).toBe(words.join(' '));
  for (const chunk of chunks) {
    expect(chunk.text.length).toBeLessThanOrEqual(CHUNK_CHARACTERS);
    expect(chunk.text).toEndWith('river.');
    expect(chunk.heading).toBe('Foxes');
    expect(chunk.startSeconds).toBeLessThan(chunk.endSeconds!);
  }
  expect(chunks[0]!.startSeconds).toBe(0);
  expect(chunks.at(-1)!.endSeconds).toBe(cues.length * 5);
});

test('each part says which segment begins where, and when', () => {
  const [chunk] = chunkSegments(
    speech([{ text: 'First cue.' }, { text: ' Second  cue. ' }, { text: '' }, { text: 'Third.' }]),
    null,
  );

  expect(chunk).toEqual({
    heading: null,
    text: 'First cue. Second cue. Third.',
    speaker: null,
    startSeconds: 0,
    endSeconds: 20,
    parts: [
      { offset: 0, position: 0, startSeconds: 0 },
      { offset: 11, position: 1, startSeconds: 5 },
      { offset: 23, position: 3, startSeconds: 15 },
    ],
  });
});

test('passages are of even size, without a short rest', () => {
  const chunks = chunkSegments(blocks(sentence.repeat(22)), null);

  expect(chunks).toHaveLength(2);
  expect(Math.abs(chunks[0]!.text.length - chunks[1]!.text.length)).toBeLessThanOrEqual(sentence.length);
});

test('a long turn of another speaker begins a passage, a short exchange stays together', () => {
  const chunks = chunkSegments(
    speech([
      { text: sentence.repeat(6), speaker: 'Anna' },
      { text: sentence.repeat(6), speaker: 'Boris' },
      { text: 'Yes.', speaker: 'Anna' },
      { text: 'No.', speaker: 'Boris' },
    ]),
    null,
  );

  expect(chunks.map(({ speaker }) => speaker)).toEqual(['Anna', 'Boris', null]);
  expect(chunks[2]!.text).toBe('Yes. No.');
});

test('a cue longer than a passage is cut, and the seconds go on within it', () => {
  const [cue] = speech([{ text: sentence.repeat(60) }], 600);

  const chunks = chunkSegments([cue!], null);

  const starts = chunks.map(({ startSeconds }) => startSeconds!);
  expect(starts[0]).toBe(0);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  expect(starts.at(-1)).toBeGreaterThan(300);
  expect(starts.at(-1)).toBeLessThan(600);
});

test.each([
  ['a word without end', 'x'.repeat(5_000)],
  ['emoji without spaces', '😀'.repeat(2_500)],
  ['text without full stops', 'word '.repeat(1_000)],
])('%s is cut without losing or breaking a character', (_, text) => {
  const chunks = chunkSegments(blocks(text), null);

  expect(chunks.every((chunk) => chunk.text.length <= CHUNK_CHARACTERS && chunk.text.isWellFormed())).toBe(true);
  expect(
    chunks
      .map((chunk) => chunk.text)
      .join('')
      .replaceAll(' ', ''),
  ).toBe(text.replaceAll(' ', ''));
});

test('numbers and abbreviations do not end a sentence', () => {
  const [chunk] = chunkSegments(blocks('Pi is 3.14, i.e. less than 22/7... Really?! Yes.'), null);

  expect(chunk!.text).toBe('Pi is 3.14, i.e. less than 22/7... Really?! Yes.');
});

test('a heading starts a passage and stands in front of it with the title', () => {
  const chunks = chunkSegments(
    blocks('Before.', '# Feeding', 'Sugar syrup.', 'In October.', '# Empty', '# Mites', 'Oxalic acid.'),
    'Bees',
  );

  expect(chunks.map(({ heading, text }) => [heading, text])).toEqual([
    ['Bees', 'Before.'],
    ['Bees — Feeding', 'Sugar syrup.\nIn October.'],
    ['Bees — Empty', 'Empty'],
    ['Bees — Mites', 'Oxalic acid.'],
  ]);
  expect(chunks[1]!.parts).toEqual([
    { offset: 0, position: 2, startSeconds: null },
    { offset: 13, position: 3, startSeconds: null },
  ]);
});

test('nothing said makes no passages', () => {
  expect(chunkSegments([], 'Title')).toEqual([]);
  expect(chunkSegments(blocks(' ', '\u0001\u0002'), 'Title')).toEqual([]);
});
