import { expect, test } from 'bun:test';
import { pairSubtitles } from '../../src/lib/archive/pair-subtitles.ts';

const pairs = (...names: string[]) =>
  pairSubtitles(names.map((name) => ({ name }))).map(({ file, subtitles }) => [file.name, subtitles?.name]);

test('subtitles of one drop join the recording with their name', () => {
  expect(pairs('talk.mp3', 'talk.srt')).toEqual([['talk.mp3', 'talk.srt']]);
  expect(pairs('Talk.VTT', 'talk.mp4', 'notes.md')).toEqual([
    ['talk.mp4', 'Talk.VTT'],
    ['notes.md', undefined],
  ]);
});

test('a language tag before the ending does not part them, and an exact name wins', () => {
  expect(pairs('talk.mkv', 'talk.en.srt')).toEqual([['talk.mkv', 'talk.en.srt']]);
  expect(pairs('talk.mkv', 'talk.pt-br.srt', 'talk.srt')).toEqual([
    ['talk.mkv', 'talk.srt'],
    ['talk.pt-br.srt', undefined],
  ]);
});

test('one subtitle file goes to one recording', () => {
  expect(pairs('talk.mp3', 'talk.mp4', 'talk.srt')).toEqual([
    ['talk.mp3', 'talk.srt'],
    ['talk.mp4', undefined],
  ]);
});

test('subtitles without their recording, and documents of the same name, stay files of their own', () => {
  expect(pairs('talk.srt', 'talk.pdf', 'other.mp3')).toEqual([
    ['talk.srt', undefined],
    ['talk.pdf', undefined],
    ['other.mp3', undefined],
  ]);
});

test('names spelled with composed and decomposed letters are the same', () => {
  expect(pairs('ré\u0065.mp3', 're\u0301e.srt')).toEqual([['rée.mp3', 're\u0301e.srt']]);
});
