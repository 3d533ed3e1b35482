import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { NexusError } from '@nexus/shared/platform';
import { runProcess } from '../../platform/process.ts';
import { hasModel, MODEL_SETS, modelPath } from '../transcribers/models.ts';
import type { Span } from '../transcribers/speech-parts.ts';
import { openSpeechWav } from '../transcribers/speech-wav.ts';
import { type HeardPart, joinVoices, type Turn, type Voice } from './join-voices.ts';
import { SherpaMessage, type SherpaOrder } from './sherpa-messages.ts';

export const SHERPA_CHILD = join(import.meta.dir, 'sherpa-child.ts');
/** The engine compares every stretch of a part with every other: twenty minutes need 100 MB for that, three hours 8 GB. */
const PART_SECONDS = 1200;
/** The engine reports nothing within a part; the slowest machines need a third of the sound's time. */
const PART_TIMEOUT_SECONDS = 1800;
const MEMORY_BYTES = 10 * 1024 ** 3;

export interface Diarization {
  turns: Turn[];
  voices: Voice[];
  /** What made the voices: vectors of different models cannot be compared. */
  voiceModel: string;
}

/** Whether the models are there. Without them speakers are not told apart, and nothing is wrong. */
export async function canTellSpeakers(modelsDirectory: string): Promise<boolean> {
  const here = await Promise.all((MODEL_SETS.speakers ?? []).map((name) => hasModel(modelsDirectory, name)));
  return here.every(Boolean);
}

/** Who speaks when, in the 16 kHz mono WAV of `normalise`. Errors: `canceled`, `stalled`, `internal`. */
export async function tellSpeakers(
  wavPath: string,
  options: { modelsDirectory: string; signal: AbortSignal; onProgress?: (fraction: number) => void },
): Promise<Diarization> {
  const parts = await cutParts(wavPath);
  const heard: HeardPart[] = [];
  const order: SherpaOrder = {
    task: 'speakers',
    wavPath,
    segmentationPath: modelPath(options.modelsDirectory, 'speaker-changes'),
    voicePath: modelPath(options.modelsDirectory, 'speaker-voices'),
    threads: availableParallelism(),
    parts,
  };
  await runSherpa(order, {
    signal: options.signal,
    timeoutSeconds: PART_TIMEOUT_SECONDS * Math.max(1, parts.length),
    onMessage(message) {
      if (message.type !== 'part') return;
      heard[message.index] = message;
      options.onProgress?.((message.index + 1) / parts.length);
    },
  });
  return { ...joinVoices(heard), voiceModel: '3dspeaker-campplus-zh-en' };
}

/** One run of the engine in its child process. */
export async function runSherpa(
  order: SherpaOrder,
  options: { signal: AbortSignal; timeoutSeconds: number; onMessage: (message: SherpaMessage) => void },
): Promise<void> {
  const result = await runProcess(process.execPath, [SHERPA_CHILD, JSON.stringify(order)], {
    signal: options.signal,
    timeoutSeconds: options.timeoutSeconds,
    stallSeconds: PART_TIMEOUT_SECONDS,
    memoryBytes: MEMORY_BYTES,
    onStdoutLine: (line) => options.onMessage(SherpaMessage.parse(JSON.parse(line))),
  });
  if (result.exitCode === 0) return;
  const how = result.signal ? `was ended by ${result.signal}` : `ended with ${result.exitCode}`;
  throw new NexusError('internal', `The engine that hears speakers stopped working (${how}).`, {
    cause: result.stderrTail,
  });
}

async function cutParts(wavPath: string): Promise<Span[]> {
  await using wav = await openSpeechWav(wavPath);
  const count = Math.max(1, Math.ceil(wav.durationSeconds / PART_SECONDS));
  const each = wav.durationSeconds / count;
  return Array.from({ length: count }, (_, i) => ({ startSeconds: i * each, endSeconds: (i + 1) * each }));
}
