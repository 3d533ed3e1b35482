import { expect, test } from 'bun:test';
import { joinSegments, placePart } from '../../../src/archive/transcribers/join-segments.ts';
import { languageCode } from '../../../src/archive/transcribers/language-code.ts';
import { cutSpan, findSpeech } from '../../../src/archive/transcribers/speech-parts.ts';
import { FRAME_SECONDS } from '../../../src/archive/transcribers/speech-wav.ts';
import { wordsToPhrases } from '../../../src/archive/transcribers/words-to-phrases.ts';

const said = (startSeconds: number, endSeconds: number, text: string) => ({ startSeconds, endSeconds, text });
/** Pairs of seconds and loudness. */
const levels = (...spans: [number, number][]) =>
  Float32Array.from(
    spans.flatMap(([seconds, level]) => Array<number>(Math.round(seconds / FRAME_SECONDS)).fill(level)),
  );

test('speech is what is louder than the background, with room around it and short pauses inside', () => {
  const spans = findSpeech(levels([10, 0.001], [2, 0.2], [1, 0.001], [2, 0.2], [20, 0.001], [1, 0.1], [5, 0.001]));

  expect(
    spans.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds].map((s) => Math.round(s * 10) / 10)),
  ).toEqual([
    [9.6, 15.4],
    [34.6, 36.4],
  ]);
});

test('silence and faint hiss hold no speech; speech over music is not lost', () => {
  expect(findSpeech(levels([60, 0]))).toEqual([]);
  expect(findSpeech(levels([60, 0.0005]))).toEqual([]);
  expect(findSpeech(new Float32Array())).toEqual([]);
  expect(findSpeech(levels([30, 0.05], [30, 0.12]))[0]).toMatchObject({ startSeconds: 0, endSeconds: 60 });
});

test('a long span is cut in its pauses into overlapping parts that keep every moment once', () => {
  const loudness = levels(
    ...Array.from({ length: 60 }, (): [number, number][] => [
      [4.5, 0.2],
      [0.5, 0.001],
    ]).flat(),
  );

  const parts = cutSpan({ startSeconds: 0, endSeconds: 300 }, loudness, 60);

  expect(parts.length).toBeGreaterThanOrEqual(5);
  parts.forEach((part, i) => {
    expect(part.endSeconds - part.startSeconds).toBeLessThanOrEqual(60);
    expect(part.keepFromSeconds).toBe(parts[i - 1]?.keepToSeconds ?? 0);
    expect(part.startSeconds).toBeLessThanOrEqual(part.keepFromSeconds);
    if (i < parts.length - 1) expect(part.keepToSeconds % 5).toBeGreaterThanOrEqual(4.5);
  });
  expect(parts.at(-1)!.keepToSeconds).toBe(300);
});

test('a part says only what is its own, at its place', () => {
  const part = { startSeconds: 100, endSeconds: 160, keepFromSeconds: 101, keepToSeconds: 159 };

  const placed = placePart(part, [
    said(0, 0.8, 'of the one before'),
    said(1, 4, 'mine'),
    said(59.2, 70, 'of the next'),
  ]);

  expect(placed).toMatchObject([{ startSeconds: 101, endSeconds: 104, text: 'mine' }]);
});

test('joined segments are ordered, apart and not empty', () => {
  expect(joinSegments([said(5, 9, ' later '), said(1, 6, 'long'), said(2, 3, '  ')])).toMatchObject([
    { startSeconds: 1, endSeconds: 5, text: 'long' },
    { startSeconds: 5, endSeconds: 9, text: 'later' },
  ]);
});

test('what a model repeats when it is lost is dropped, what people repeat stays', () => {
  const lost = Array.from({ length: 20 }, (_, i) => said(i, i + 1, 'Thank you.'));
  const within = { ...said(30, 40, 'and so on and so on and so on and so on and then it ended'), words: undefined };
  const people = said(50, 55, 'No, no, no. Bye bye.');

  expect(joinSegments([...lost, within, people]).map(({ text }) => text)).toEqual([
    'Thank you.',
    'Thank you.',
    'and so on and then it ended',
    'No, no, no. Bye bye.',
  ]);
});

test('tokens become words and phrases, also in scripts without spaces', () => {
  const at = (text: string, t0: number, t1: number) => ({ text, t0, t1 });

  const english = wordsToPhrases([
    at('', 0, 0),
    at(' Ne', 0, 200),
    at('xus', 200, 500),
    at(' works', 500, 900),
    at('.', 900, 1000),
    at(' Yes', 1000, 1500),
  ]);
  const chinese = wordsToPhrases([at('你', 0, 200), at('好', 200, 400), at('。', 400, 500), at('再', 2000, 2200)]);

  expect(english).toMatchObject([
    {
      startSeconds: 0,
      endSeconds: 1,
      text: ' Nexus works.',
      words: [{ text: 'Nexus' }, { text: 'works.', endSeconds: 1 }],
    },
    { startSeconds: 1, endSeconds: 1.5, text: ' Yes' },
  ]);
  expect(chinese.map(({ text }) => text)).toEqual(['你好。', '再']);
});

test('languages are understood by name and by code', () => {
  expect(['english', 'Russian', 'en', 'pt-BR', 'zh_cn', 'klingonese'].map(languageCode)).toEqual([
    'en',
    'ru',
    'en',
    'pt',
    'zh',
    null,
  ]);
});
