import { open } from 'node:fs/promises';
import { NexusError } from '@nexus/shared/platform';
import { SPEECH_SAMPLE_RATE } from '../media/speech-encoding.ts';

const BYTES_PER_SECOND = SPEECH_SAMPLE_RATE * 2;

/** Loudness is measured in steps of 50 ms: shorter than any pause between sentences, 20 numbers a second. */
export const FRAME_SECONDS = 0.05;
const FRAME_BYTES = FRAME_SECONDS * BYTES_PER_SECOND;

/** The WAV of `normaliseMedia`, read piece by piece: an hour is 115 MB. */
export interface SpeechWav extends AsyncDisposable {
  readonly durationSeconds: number;
  /** 16-bit samples of a span; less at the end of the file. */
  read(startSeconds: number, endSeconds: number): Promise<Int16Array>;
  /** Root mean square of each 50 ms, from 0 to 1. */
  loudness(signal: AbortSignal): Promise<Float32Array>;
}

export async function openSpeechWav(path: string): Promise<SpeechWav> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(4096);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const dataStart = findData(head.subarray(0, bytesRead));
    const bytes = Math.floor((size - dataStart) / 2) * 2;

    const readBytes = async (from: number, to: number): Promise<Int16Array> => {
      const samples = new Int16Array(Math.max(0, Math.min(to, bytes) - from) >> 1);
      await file.read(new Uint8Array(samples.buffer), 0, samples.byteLength, dataStart + from);
      return samples;
    };
    const offset = (seconds: number) => Math.round(seconds * SPEECH_SAMPLE_RATE) * 2;

    return {
      durationSeconds: bytes / BYTES_PER_SECOND,
      read: (startSeconds, endSeconds) => readBytes(offset(startSeconds), offset(endSeconds)),
      async loudness(signal) {
        const frames = new Float32Array(Math.ceil(bytes / FRAME_BYTES));
        const minute = 60 * BYTES_PER_SECOND;
        for (let at = 0; at < bytes; at += minute) {
          if (signal.aborted) throw new NexusError('canceled', 'Canceled.');
          frames.set(measure(await readBytes(at, at + minute)), Math.round(at / FRAME_BYTES));
        }
        return frames;
      },
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function measure(samples: Int16Array): Float32Array {
  const perFrame = FRAME_BYTES / 2;
  return Float32Array.from({ length: Math.ceil(samples.length / perFrame) }, (_, frame) => {
    const span = samples.subarray(frame * perFrame, (frame + 1) * perFrame);
    let sum = 0;
    for (const sample of span) sum += sample * sample;
    return Math.sqrt(sum / span.length) / 32_768;
  });
}

/** Where the samples begin. Only the one format that our own ffmpeg run writes is accepted. */
function findData(head: Buffer): number {
  let isSpeech = false;
  for (let at = 12; at + 8 <= head.length;) {
    const name = head.toString('latin1', at, at + 4);
    const length = head.readUInt32LE(at + 4);
    if (name === 'fmt ') {
      const [format, channels, rate, bits] = [
        head.readUInt16LE(at + 8),
        head.readUInt16LE(at + 10),
        head.readUInt32LE(at + 12),
        head.readUInt16LE(at + 22),
      ];
      isSpeech = format === 1 && channels === 1 && rate === SPEECH_SAMPLE_RATE && bits === 16;
    }
    if (name === 'data' && isSpeech) return at + 8;
    at += 8 + length + (length % 2);
  }
  throw new NexusError('internal', 'The speech file is not 16 kHz mono WAV. Retry from “normalise”.');
}
