import { endianness } from 'node:os';
import { NexusError } from '@nexus/shared/platform';
import { runFfmpeg } from './ffmpeg.ts';
import type { AudioStream, MediaProbe } from './probe.ts';

/** What the recording sounds like: one 32-bit hash about every 0.124 s, comparable by counting differing bits. */
export interface Fingerprint {
  /** Chromaprint's default algorithm, 1 in its numbering (`CHROMAPRINT_ALGORITHM_TEST2`), the one `fpcalc` uses. */
  algorithm: 'chromaprint-1';
  hashes: Uint32Array;
  /** Of the sound the hashes cover. */
  durationSeconds: number;
}

/** Output options for the whole of one stream, to be followed by the file's name. The muxer takes one or two channels. */
export function fingerprintArgs({ index, channels }: Pick<AudioStream, 'index' | 'channels'>): string[] {
  return ['-map', `0:${index}`, ...(channels > 2 ? ['-ac', '2'] : []), '-f', 'chromaprint', '-fp_format', 'raw'];
}

/** Reads what `normaliseMedia` left. The file holds 32-bit words in the machine's order. */
export async function readFingerprint(path: string, durationSeconds: number): Promise<Fingerprint> {
  return {
    algorithm: 'chromaprint-1',
    hashes: decodeHashes(new Uint8Array(await Bun.file(path).arrayBuffer())),
    durationSeconds,
  };
}

/** Fingerprints a recording that is not being normalised. Costs one decoding: 0.7 s for 10 minutes of MP3. */
export async function fingerprintMedia(path: string, probe: MediaProbe, signal: AbortSignal): Promise<Fingerprint> {
  const audio = probe.audioStreams[0];
  if (!audio) throw new NexusError('unreadable-media', 'The file has no sound, so it has no fingerprint.');
  const chunks: Uint8Array[] = [];
  await runFfmpeg({
    inputPath: path,
    outputArgs: [...fingerprintArgs(audio), 'pipe:1'],
    cwd: '/',
    signal,
    durationSeconds: probe.durationSeconds,
    onStdout: (chunk) => void chunks.push(chunk),
  });
  return {
    algorithm: 'chromaprint-1',
    hashes: decodeHashes(Buffer.concat(chunks)),
    durationSeconds: probe.durationSeconds ?? 0,
  };
}

/** The stored form: little-endian words, whatever machine wrote them. */
export function encodeHashes(hashes: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(hashes.length * 4);
  const view = new DataView(bytes.buffer);
  hashes.forEach((hash, i) => view.setUint32(i * 4, hash, true));
  return bytes;
}

/** The other way. */
export function decodeStoredHashes(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.byteLength >> 2 }, (_, i) => view.getUint32(i * 4, true));
}

function decodeHashes(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = endianness() === 'LE';
  return Uint32Array.from({ length: bytes.byteLength >> 2 }, (_, i) => view.getUint32(i * 4, isLittle));
}
