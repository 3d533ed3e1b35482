import { expect, test } from 'bun:test';
import { parseSubtitles } from '../../../src/archive/media/subtitles.ts';

const cue = (start: number, end: number, text: string) => {
  const stamp = (seconds: number) =>
    `00:${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')},000`;
  return `1\n${stamp(start)} --> ${stamp(end)}\n${text}\n\n`;
};

test('cues that run backwards or overlap are sorted and cut, and the reader is told', () => {
  const { segments, warning } = parseSubtitles(cue(10, 14, 'third') + cue(0, 7, 'first') + cue(5, 9, 'second'));

  expect(segments.map(({ text, startSeconds, endSeconds }) => [text, startSeconds, endSeconds])).toEqual([
    ['first', 0, 5],
    ['second', 5, 9],
    ['third', 10, 14],
  ]);
  expect(warning).toContain('2 cues overlap or stand out of order');
});

test('cues in order say nothing', () => {
  expect(parseSubtitles(cue(0, 4, 'one') + cue(4, 8, 'two')).warning).toBeNull();
});

test('cues after the end of the recording are left out; when there are no others the file is refused', () => {
  const subtitles = cue(0, 4, 'here') + cue(90, 95, 'elsewhere');

  const { segments, warning } = parseSubtitles(subtitles, { durationSeconds: 20 });

  expect(segments.map(({ text }) => text)).toEqual(['here']);
  expect(warning).toContain('1 of 2');
  expect(() => parseSubtitles(cue(90, 95, 'elsewhere'), { durationSeconds: 20 })).toThrow(
    expect.objectContaining({ code: 'unreadable-media', detail: expect.stringContaining('another one') }),
  );
});

test('names before the words are speakers where a file has that habit, and go on into the next cue', () => {
  const { segments } = parseSubtitles(
    cue(0, 2, 'ANN: Good morning.') +
      cue(2, 4, 'Did you sleep?') +
      cue(4, 6, '>> Ben: Hardly.') +
      cue(6, 8, 'ANN: Oh.') +
      cue(8, 9, 'Ben: Well.'),
  );

  expect(segments.map(({ speaker, text }) => `${speaker}|${text}`)).toEqual([
    'ANN|Good morning.',
    'ANN|Did you sleep?',
    'Ben|Hardly.',
    'ANN|Oh.',
    'Ben|Well.',
  ]);
});

test('a colon alone makes no speaker', () => {
  const { segments } = parseSubtitles(
    cue(0, 2, 'Remember: keep left.') + cue(2, 4, 'Note: bring water.') + cue(4, 6, 'Done.'),
  );

  expect(segments.map(({ speaker }) => speaker)).toEqual([null, null, null]);
});
