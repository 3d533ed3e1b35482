import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Transcriber, TranscriberConfig, TranscriberEnv } from '../../src/archive/transcribers/transcriber.ts';
import { makeSpokenRecording, type Sentence, type SpokenCue } from '../recordings/make-spoken-recording.ts';
import { SAMPLE_RATE, writeWav } from '../recordings/wav.ts';

export interface TranscriberSetup extends AsyncDisposable {
  config: TranscriberConfig;
  env: TranscriberEnv;
  /** Nothing is set up: no key, no model. */
  bareConfig: TranscriberConfig;
  bareEnv: TranscriberEnv;
}

/** What every transcriber must do, whatever it is. `setUp` gets the cues that the recording holds. */
export function transcriberContract(
  transcriber: Transcriber,
  sentences: readonly Sentence[],
  setUp: (cues: readonly SpokenCue[], folder: string) => Promise<TranscriberSetup>,
): void {
  describe(`${transcriber.id} keeps the transcriber contract`, () => {
    let folder: string;
    let wavPath: string;
    let durationSeconds: number;
    let setup: TranscriberSetup;
    const never = new AbortController().signal;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'nexus-transcriber-'));
      const spoken = await makeSpokenRecording(sentences, folder);
      ({ wavPath, durationSeconds } = spoken);
      setup = await setUp(spoken.cues, folder);
    });
    afterAll(async () => {
      await setup[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    });

    test('it can be drawn as a form', () => {
      expect(transcriber.id).toMatch(/^[a-z][a-z-]+$/);
      expect(transcriber.label).not.toBe('');
      expect(transcriber.description).not.toBe('');
      for (const schema of [transcriber.settings, transcriber.credentials]) {
        expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ type: 'object' });
      }
    });

    test('it says what is missing, and refuses to start without it', async () => {
      const availability = await transcriber.available(setup.bareConfig, setup.bareEnv);
      const attempt = transcriber.transcribe(wavPath, { config: setup.bareConfig, env: setup.bareEnv, signal: never });

      expect(availability).toEqual({ ok: false, detail: expect.stringMatching(/.{10,}/) });
      await expect(attempt).rejects.toMatchObject({ code: 'not-configured' });
    });

    test('it is available once it is set up', async () => {
      expect(await transcriber.available(setup.config, setup.env)).toEqual({ ok: true });
    });

    test('segments are ordered, do not overlap, hold words and lie within the recording', async () => {
      const steps: number[] = [];

      const transcript = await transcriber.transcribe(wavPath, {
        config: setup.config,
        env: setup.env,
        signal: never,
        onProgress: (fraction) => steps.push(fraction),
      });

      expect(transcript).toMatchObject({ language: 'en', model: expect.any(String) });
      expect(transcript.seconds).toBeGreaterThan(0);
      expect(transcript.segments.length).toBeGreaterThan(0);
      let last = 0;
      for (const { startSeconds, endSeconds, text, kind, words } of transcript.segments) {
        expect(kind).toBe('speech');
        expect(text.trim()).toBe(text);
        expect(text).not.toBe('');
        expect(startSeconds!).toBeGreaterThanOrEqual(last);
        expect(endSeconds!).toBeGreaterThanOrEqual(startSeconds!);
        expect(words?.map((word) => word.text).join(' ')).toBe(text);
        last = endSeconds!;
      }
      expect(last).toBeLessThanOrEqual(durationSeconds);
      expect(steps).toEqual(steps.toSorted((a, b) => a - b));
      expect(steps.at(-1)).toBe(1);
    });

    test('silence gives no segments and costs nothing', async () => {
      const silence = join(folder, 'silence.wav');
      await Bun.write(silence, writeWav([new Int16Array(SAMPLE_RATE * 8)]));

      const transcript = await transcriber.transcribe(silence, { config: setup.config, env: setup.env, signal: never });

      expect(transcript).toMatchObject({ segments: [], seconds: 0 });
    });

    test('canceled before it begins, it does nothing', async () => {
      const attempt = transcriber.transcribe(wavPath, {
        config: setup.config,
        env: setup.env,
        signal: AbortSignal.abort(),
      });

      await expect(attempt).rejects.toMatchObject({ code: 'canceled' });
    });
  });
}
