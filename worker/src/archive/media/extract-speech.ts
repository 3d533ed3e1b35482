import { basename, dirname } from 'node:path';
import { NexusError } from '@nexus/shared/platform';
import { runFfmpeg } from './ffmpeg.ts';
import type { MediaProbe } from './probe.ts';
import { speechEncoding } from './speech-encoding.ts';

/** Makes the 16 kHz mono WAV for transcribers alone, where `normaliseMedia`'s is gone. Errors: those of `runFfmpeg`. */
export async function extractSpeech(
  path: string,
  wavPath: string,
  probe: MediaProbe,
  signal: AbortSignal,
): Promise<void> {
  const audio = probe.audioStreams[0];
  if (!audio) throw new NexusError('unreadable-media', 'The file has no sound to transcribe.');
  await runFfmpeg({
    inputPath: path,
    outputArgs: [...speechEncoding(audio.index), '-f', 'wav', basename(wavPath)],
    cwd: dirname(wavPath),
    signal,
    durationSeconds: probe.durationSeconds,
  });
}
