import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canTellSpeakers, tellSpeakers } from '../../../src/archive/diarization/tell-speakers.ts';
import { modelPath } from '../../../src/archive/transcribers/models.ts';
import { processesAbout } from '../../platform/process-list.ts';
import {
  HIGH_VOICE,
  LOW_VOICE,
  makeSegmentationModel,
  makeVoiceModel,
  tones,
} from '../../recordings/make-diarization-models.ts';
import { writeWav } from '../../recordings/wav.ts';

const never = new AbortController().signal;
let folder: string;
let wavPath: string;
let modelsDirectory: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-speakers-'));
  modelsDirectory = join(folder, 'models');
  await Bun.write(modelPath(modelsDirectory, 'speaker-changes'), makeSegmentationModel());
  await Bun.write(modelPath(modelsDirectory, 'speaker-voices'), makeVoiceModel());
  wavPath = join(folder, 'speech.wav');
  await Bun.write(wavPath, writeWav(tones([LOW_VOICE, 6], [HIGH_VOICE, 5], [LOW_VOICE, 4])));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the engine hears who speaks when, and makes a voice of each', async () => {
  const { turns, voices } = await tellSpeakers(wavPath, { modelsDirectory, signal: never });

  expect(turns.map(({ speaker, startSeconds }) => [speaker, Math.round(startSeconds)])).toEqual([
    [0, 0],
    [1, 6],
    [0, 11],
  ]);
  expect(voices.map(({ speaker, seconds }) => [speaker, Math.round(seconds)])).toEqual([
    [0, 10],
    [1, 5],
  ]);
  for (const { vector } of voices) expect(Math.hypot(...vector)).toBeCloseTo(1);
}, 60_000);

test('without its models it does not begin', async () => {
  expect(await canTellSpeakers(modelsDirectory)).toBe(true);
  expect(await canTellSpeakers(join(folder, 'nothing'))).toBe(false);
});

test('an engine that cannot read its model ends without harm to us', async () => {
  const broken = join(folder, 'broken');
  await Bun.write(modelPath(broken, 'speaker-changes'), Uint8Array.of(8, 8, 1, 2, 3));
  await Bun.write(modelPath(broken, 'speaker-voices'), Uint8Array.of(8, 8, 1, 2, 3));

  const attempt = tellSpeakers(wavPath, { modelsDirectory: broken, signal: never });

  await expect(attempt).rejects.toMatchObject({ code: 'internal', detail: expect.stringContaining('stopped working') });
}, 60_000);

test('canceling ends the process of the engine', async () => {
  const abort = new AbortController();

  const attempt = tellSpeakers(wavPath, { modelsDirectory, signal: abort.signal });
  abort.abort();

  await expect(attempt).rejects.toMatchObject({ code: 'canceled' });
  expect(processesAbout(wavPath)).toEqual([]);
}, 60_000);
