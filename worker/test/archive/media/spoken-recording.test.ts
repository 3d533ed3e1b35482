import { expect, test } from 'bun:test';
import { parseSubtitles } from '../../../src/archive/media/subtitles.ts';
import { probeMedia } from '../../../src/archive/media/probe.ts';
import { makeSpokenRecording } from '../../recordings/make-spoken-recording.ts';
import { mediaFolder } from './media-files.ts';

const signal = new AbortController().signal;

test('a spoken recording lasts as long as its cues and pauses say', async () => {
  await using folder = await mediaFolder();

  const spoken = await makeSpokenRecording(
    ['One two three.', { text: 'Four.', voice: 'rms', pauseSeconds: 1 }],
    folder.path,
  );

  const probe = await probeMedia(spoken.wavPath, { signal });
  expect(probe.durationSeconds).toBeCloseTo(spoken.durationSeconds, 3);
  expect(spoken.cues.map(({ text, voice }) => [text, voice])).toEqual([
    ['One two three.', 'slt'],
    ['Four.', 'rms'],
  ]);
  expect(spoken.cues[1]!.startSeconds - spoken.cues[0]!.endSeconds).toBeCloseTo(0.4, 3);
  expect(spoken.durationSeconds - spoken.cues[1]!.endSeconds).toBeCloseTo(1, 3);
});

test('the sample is playable, small, and its subtitles end with it', async () => {
  const sample = `${import.meta.dir}/../../../assets/sample`;

  const probe = await probeMedia(`${sample}/how-nexus-works.m4a`, { signal });
  const { segments } = parseSubtitles(await Bun.file(`${sample}/how-nexus-works.vtt`).text());

  expect(probe.sizeBytes).toBeLessThan(600_000);
  expect(segments.at(-1)!.endSeconds!).toBeCloseTo(probe.durationSeconds!, 0);
  expect(new Set(segments.map(({ speaker }) => speaker))).toEqual(new Set(['Guide', 'Newcomer']));
});
