import { expect, test } from 'bun:test';
import type { Segment } from '@nexus/shared/archive';
import { assignSpeakers } from '../../../src/archive/diarization/assign-speakers.ts';
import { joinVoices } from '../../../src/archive/diarization/join-voices.ts';
import { matchLabels } from '../../../src/archive/speakers/align-labels.ts';
import { nameProviderSpeakers } from '../../../src/archive/transcribers/provider-speakers.ts';

const label = (speaker: number) => `Speaker ${speaker + 1}`;
const turn = (startSeconds: number, endSeconds: number, speaker: number) => ({ startSeconds, endSeconds, speaker });

function said(startSeconds: number, endSeconds: number, text: string, speaker: string | null = null): Segment {
  const texts = text.split(' ');
  const each = (endSeconds - startSeconds) / texts.length;
  const words = texts.map((word, i) => ({
    text: word,
    startSeconds: startSeconds + i * each,
    endSeconds: startSeconds + (i + 1) * each,
  }));
  return { kind: 'speech', level: null, page: null, startSeconds, endSeconds, speaker, text, words };
}

const brief = (segments: readonly Segment[]) => segments.map(({ speaker, text }) => `${speaker}: ${text}`);

test('words go to whoever is heard longest in them, and a segment is parted where the speaker changes', () => {
  const segments = [said(0, 4, 'Shall we begin? Yes, please.')];

  const parted = assignSpeakers(segments, [turn(0, 2.5, 0), turn(2.3, 4, 1)], label);

  expect(brief(parted)).toEqual(['Speaker 1: Shall we begin?', 'Speaker 2: Yes, please.']);
  expect(parted[0]!.endSeconds!).toBeLessThanOrEqual(parted[1]!.startSeconds!);
  expect(parted[1]!.words?.map(({ text }) => text)).toEqual(['Yes,', 'please.']);
});

test('a blip within a sentence does not part it, and words near a turn are its own', () => {
  const segments = [
    said(0, 4, 'one two three four five six seven eight'),
    { ...said(4.5, 5, 'late'), words: undefined },
  ];

  const heard = assignSpeakers(segments, [turn(0, 1.4, 0), turn(1.4, 1.7, 1), turn(1.7, 4, 0)], label);

  expect(brief(heard)).toEqual(['Speaker 1: one two three four five six seven eight', 'Speaker 1: late']);
});

test('where nobody is heard there is no speaker', () => {
  expect(brief(assignSpeakers([said(50, 52, 'far away')], [turn(0, 2, 0)], label))).toEqual(['null: far away']);
});

test('voices of parts heard one by one are joined when they are alike, never two of the same part', () => {
  const ann = [1, 0, 0];
  const ben = [0, 1, 0];
  const part = (at: number, first: number[], second: number[]) => ({
    turns: [turn(at, at + 10, 0), turn(at + 10, at + 20, 1)],
    voices: [
      { speaker: 0, seconds: 10, vector: first },
      { speaker: 1, seconds: 10, vector: second },
    ],
  });

  const { turns, voices } = joinVoices([
    part(0, ann, ben),
    part(20, ben, [0.9, 0.1, 0]),
    part(40, ann, [0.95, 0, 0.1]),
  ]);

  expect(turns.map(({ speaker }) => speaker)).toEqual([0, 1, 1, 0, 0, 2]);
  expect(voices.map(({ seconds }) => seconds)).toEqual([30, 20, 10]);
});

test('a new transcript calls voices as the one before did, and newcomers as nobody was called', () => {
  const before = [said(0, 10, 'a', 'Speaker 1'), said(10, 20, 'b', 'Speaker 2')];
  const now = [said(0, 9, 'x', 'Speaker 2'), said(9, 20, 'y', 'Speaker 1'), said(20, 30, 'z', 'Speaker 3')];

  expect([...matchLabels(now, before)].toSorted()).toEqual([
    ['Speaker 1', 'Speaker 2'],
    ['Speaker 2', 'Speaker 1'],
    ['Speaker 3', 'Speaker 3'],
  ]);
});

test('what providers call speakers becomes a label; letters of different parts are different people', () => {
  const item = (startSeconds: number, speaker: string | null) => ({
    startSeconds,
    endSeconds: startSeconds + 1,
    text: 'x',
    speaker,
  });

  const named = nameProviderSpeakers([
    item(9, '1/A'),
    item(0, '0/SPEAKER_01'),
    item(3, '0/A'),
    item(5, '0/Ann Lee'),
    item(7, null),
  ]);

  expect(named.map(({ speaker }) => speaker)).toEqual(['Speaker 1', 'Speaker 2', 'Ann Lee', null, 'Speaker 3']);
});
