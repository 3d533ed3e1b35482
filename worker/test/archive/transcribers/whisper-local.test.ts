import { describe, expect, test } from 'bun:test';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whisperLocal } from '../../../src/archive/transcribers/whisper-local.ts';
import { processesAbout } from '../../platform/process-list.ts';
import { transcriberContract } from '../../contract/transcriber.ts';
import { makeWhisperModel, WHISPER_TEXT } from '../../recordings/make-whisper-model.ts';
import { SAMPLE_RATE, writeWav } from '../../recordings/wav.ts';

const config = { settings: { threads: 2 }, credentials: {} };
const never = new AbortController().signal;

transcriberContract(
  whisperLocal,
  [{ text: 'This goes on for more than five seconds because the model always says something of that length.' }],
  async (_, folder) => {
    const modelsDirectory = join(folder, 'models');
    await Bun.write(join(modelsDirectory, 'ggml-base.bin'), makeWhisperModel());
    await mkdir(join(folder, 'empty'));
    return {
      config,
      env: { modelsDirectory },
      bareConfig: { settings: {}, credentials: {} },
      bareEnv: { modelsDirectory: join(folder, 'empty') },
      [Symbol.asyncDispose]: async () => {},
    };
  },
);

describe('whisper on this machine', () => {
  test('without a model it says how to get one', async () => {
    const env = { modelsDirectory: join(tmpdir(), 'nexus-no-models') };

    expect(await whisperLocal.available(config, env)).toEqual({
      ok: false,
      detail:
        'No speech model yet. Run: npm run -s nexus -- models pull base. Or connect a service, or attach a transcript.',
    });
    expect(await whisperLocal.available({ ...config, settings: { model: 'small' } }, env)).toEqual({
      ok: false,
      detail: 'The speech model “small” is not here. Run: npm run -s nexus -- models pull small',
    });
  });

  test('only where there is sound the engine is asked, and its times are those of the recording', async () => {
    await using speech = await speechFolder();
    const wavPath = await speech.record(6, 20, 6);

    const transcript = await whisperLocal.transcribe(wavPath, { config, env: speech.env, signal: never });

    expect(transcript.model).toBe('ggml-base');
    expect(transcript.seconds).toBeLessThan(15);
    expect(transcript.segments.map(({ text }) => text)).toEqual([WHISPER_TEXT, WHISPER_TEXT]);
    expect(transcript.segments[1]!.startSeconds).toBeCloseTo(26 - 0.4, 1);
    expect(transcript.segments[0]!.words?.map(({ text }) => text)).toEqual(['Nexus', 'keeps', 'every', 'recording.']);
  }, 60_000);

  test('a vocabulary reaches the engine', async () => {
    await using speech = await speechFolder();
    const wavPath = await speech.record(6);

    const transcript = await whisperLocal.transcribe(wavPath, {
      vocabulary: ['Nexus'],
      config,
      env: speech.env,
      signal: never,
    });

    // The model says what stands at a position, and the prompt moves every word by its own length.
    expect(transcript.segments[0]!.text).not.toBe(WHISPER_TEXT);
  }, 60_000);

  test('canceling ends the process of the engine', async () => {
    await using speech = await speechFolder();
    const wavPath = await speech.record(200);
    const abort = new AbortController();

    const attempt = whisperLocal.transcribe(wavPath, {
      config,
      env: speech.env,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });

    await expect(attempt).rejects.toMatchObject({ code: 'canceled' });
    expect(processesAbout(wavPath)).toEqual([]);
  }, 60_000);

  test('an engine that cannot read its model ends without harm to us', async () => {
    await using speech = await speechFolder();
    await Bun.write(join(speech.env.modelsDirectory, 'ggml-base.bin'), 'lmgg and nothing more');
    const wavPath = await speech.record(2);

    const attempt = whisperLocal.transcribe(wavPath, { config, env: speech.env, signal: never });

    await expect(attempt).rejects.toMatchObject({
      code: 'internal',
      detail: expect.stringContaining('stopped working'),
    });
  }, 60_000);
});

async function speechFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-whisper-'));
  const env = { modelsDirectory: join(folder, 'models') };
  await Bun.write(join(env.modelsDirectory, 'ggml-base.bin'), makeWhisperModel());
  return {
    env,
    /** Seconds of sound and of silence in turn. */
    async record(...seconds: number[]): Promise<string> {
      const path = join(folder, 'speech.wav');
      const parts = seconds.map((length, turn) =>
        Int16Array.from({ length: length * SAMPLE_RATE }, (_, i) => (turn % 2 === 0 ? Math.sin(i / 20) * 8000 : 0)),
      );
      await Bun.write(path, writeWav(parts));
      return path;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
