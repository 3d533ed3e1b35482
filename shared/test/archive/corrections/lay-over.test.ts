import { describe, expect, test } from 'bun:test';
import { layOver } from '../../../src/archive/corrections/lay-over.ts';
import { correctionOf, cue, cut, numbersFrom, speak, textOf } from './spoken.ts';

const SEEDS = Array.from({ length: 150 }, (_, seed) => seed + 1);

describe('however the cues of a new version are cut and shifted', () => {
  test.each([true, false])(
    'each correction lands where it was made, once, and nothing else changes (times of words: %p)',
    (withWords) => {
      for (const seed of SEEDS) {
        const random = numbersFrom(seed);
        const words = speak(60, random);
        const old = cut(words, random, { withWords });
        const target = old[Math.floor(random() * old.length)]!;
        const spoken = target.text.split(' ');
        const at = Math.floor(random() * spoken.length);
        const wrong = spoken[at]!;
        const correction = correctionOf(target, { text: spoken.toSpliced(at, 1, 'Corrected', 'Words').join(' ') });
        const shift = (random() - 0.5) * 0.6;
        const again = words.map((word) => ({
          ...word,
          startSeconds: word.startSeconds + shift,
          endSeconds: word.endSeconds + shift,
        }));

        const { segments, unfitted } = layOver(cut(again, random, { withWords }), [correction], 'new');

        const expected = words.flatMap(({ text }) => (text === wrong ? ['Corrected', 'Words'] : [text])).join(' ');
        expect({ seed, text: textOf(segments), unfitted: [...unfitted] }).toEqual({
          seed,
          text: expected,
          unfitted: [],
        });
      }
    },
  );

  test('a correction stays when the new version hears every fourth word differently', () => {
    for (const seed of SEEDS) {
      const random = numbersFrom(seed);
      const words = speak(60, random);
      const old = cut(words, random, { withWords: true }).filter(({ text }) => text.split(' ').length >= 5);
      const target = old[Math.floor(random() * old.length)]!;
      const correction = correctionOf(target, { text: `${target.text.split(' ').slice(0, -1).join(' ')} Corrected` });
      const again = words.map((word, at) => (at % 4 === 1 ? { ...word, text: `zz${at}` } : word));

      const { segments, unfitted } = layOver(cut(again, random, { withWords: true }), [correction], 'new');

      expect({ seed, unfitted: [...unfitted] }).toEqual({ seed, unfitted: [] });
      expect({ seed, times: textOf(segments).split('Corrected').length - 1 }).toEqual({ seed, times: 1 });
      expect(textOf(segments)).toContain(correction.text!);
    }
  });

  test('times of words run forwards inside their cue, and words that stayed keep theirs', () => {
    for (const seed of SEEDS) {
      const random = numbersFrom(seed);
      const words = speak(40, random);
      const old = cut(words, random, { withWords: true });
      const target = old[Math.floor(random() * old.length)]!;
      const spoken = target.text.split(' ');
      const correction = correctionOf(target, {
        text: spoken.toSpliced(Math.floor(random() * spoken.length), 1, 'one', 'two', 'three').join(' '),
      });

      const { segments } = layOver(cut(words, random, { withWords: true }), [correction], 'new');

      const timed = segments.flatMap((segment) => segment.words!);
      for (const [at, word] of timed.entries()) {
        expect(word.endSeconds).toBeGreaterThan(word.startSeconds);
        if (at > 0) expect(word.startSeconds).toBeGreaterThanOrEqual(timed[at - 1]!.endSeconds - 1e-9);
        const kept = words.find(({ text }) => text === word.text);
        if (kept && spoken.includes(word.text) === false) expect(word).toEqual(kept);
      }
      expect(timed.map(({ text }) => text).join(' ')).toBe(textOf(segments));
    }
  });
});

test('words that the new version does not have near those seconds leave the correction unfitted and the text alone', () => {
  const random = numbersFrom(7);
  const old = cut(speak(30, random), random, { withWords: true });
  const other = cut(
    speak(30, numbersFrom(8)).map((word) => ({ ...word, text: `x${word.text}` })),
    random,
    { withWords: true },
  );
  const correction = correctionOf(old[1]!, { text: 'Nothing of this was said' });

  const { segments, unfitted } = layOver(other, [correction], 'new');

  expect([...unfitted]).toEqual([correction.id]);
  expect(textOf(segments)).toBe(textOf(other));
});

test('a new version that heard it right by itself counts as fitting', () => {
  const words = speak(6, numbersFrom(3));
  const correction = correctionOf(cue(0, words), { text: 'We call it Nexus here' });
  const heard = 'We call it Nexus here'.split(' ').map((text, at) => ({ ...words[at]!, text }));

  const { segments, unfitted } = layOver([cue(0, heard)], [correction], 'new');

  expect(textOf(segments)).toBe('We call it Nexus here');
  expect(unfitted.size).toBe(0);
});

test('a line taken out is out of the new version too, and where it never was nothing is missing', () => {
  const words = speak(9, numbersFrom(5));
  const [first, second, third] = [cue(0, words.slice(0, 3)), cue(1, words.slice(3, 6)), cue(2, words.slice(6))];
  const correction = correctionOf(second, { text: '' });

  const again = layOver([cue(0, words.slice(0, 5)), cue(1, words.slice(5))], [correction], 'new');
  const without = layOver([first, { ...third, position: 1 }], [correction], 'new');

  expect(textOf(again.segments)).toBe(`${first.text} ${third.text}`);
  expect(textOf(without.segments)).toBe(`${first.text} ${third.text}`);
  expect(without.unfitted.size).toBe(0);
});

test('the last word on a line wins, its earlier corrections show again when it is taken back', () => {
  const line = cue(0, speak(4, numbersFrom(2)));
  const first = correctionOf(line, { text: 'first', transcriptId: 'new' });
  const speaker = correctionOf(line, { speaker: 'S2', transcriptId: 'new' });
  const last = correctionOf(line, { text: 'last', transcriptId: 'new' });

  expect(layOver([line], [last, first, speaker], 'new').segments).toMatchObject([
    { text: 'last', speaker: 'S2', correctionId: last.id },
  ]);
  expect(layOver([line], [first, speaker], 'new').segments).toMatchObject([{ text: 'first', speaker: 'S2' }]);
});

test('a speaker chosen by hand goes with the words: by name into a version whose labels mean others', () => {
  const words = speak(12, numbersFrom(4));
  const correction = correctionOf(cue(1, words.slice(4, 8)), { speaker: 'SPEAKER_01', speakerName: 'Ada' });
  const again = [cue(0, words.slice(0, 4)), cue(1, words.slice(4, 9)), cue(2, words.slice(9))];

  const { segments } = layOver(again, [correction], 'new');

  expect(segments.map(({ speaker }) => speaker)).toEqual([null, 'Ada', null]);
});

test('what a later version had corrected again need not fit any more', () => {
  const words = speak(6, numbersFrom(6));
  const line = cue(0, words);
  const first = correctionOf(line, { text: 'entirely other words stood here once', transcriptId: 'oldest' });
  const second = correctionOf(line, { text: line.text.toUpperCase() });

  const { segments, unfitted } = layOver(
    [line],
    [{ ...first, originalText: 'never said by anybody at all' }, second],
    'new',
  );

  expect(unfitted.size).toBe(0);
  expect(textOf(segments)).toBe(line.text.toUpperCase());
});

test('a paragraph keeps its correction when others come before it, and loses it when it is another paragraph', () => {
  const block = (position: number, text: string) => ({
    ...cue(position, speak(1, numbersFrom(1)), false),
    kind: 'paragraph' as const,
    startSeconds: null,
    endSeconds: null,
    text,
  });
  const old = block(1, 'The bees return in spring to the old hives.');
  const correction = correctionOf(old, { text: 'The bees return in May to the old hives.' });

  const moved = layOver(
    [block(0, 'New.'), block(1, 'Also new.'), block(2, 'The bees return in springtime to the old hives.')],
    [correction],
    'new',
  );
  const gone = layOver([block(0, 'New.'), block(1, 'Whales sing below twenty hertz.')], [correction], 'new');

  expect(moved.segments[2]!.text).toBe('The bees return in May to the old hives.');
  expect([...gone.unfitted]).toEqual([correction.id]);
});

test('signs of a script without spaces are corrected one by one', () => {
  const sign = (text: string, at: number) => ({ text, startSeconds: at, endSeconds: at + 1 });
  const line = { ...cue(0, [sign('今', 0), sign('日', 1), sign('は', 2), sign('晴', 3)]), text: '今日は晴' };
  const correction = correctionOf(line, { text: '今日は雨' });

  const { segments } = layOver([line], [correction], 'new');

  expect(segments[0]!.text).toBe('今日は雨');
  expect(segments[0]!.words!.at(-1)).toEqual(sign('雨', 3));
});
