import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NexusError } from '@nexus/shared/platform';
import { fingerprintArgs } from './fingerprint.ts';
import { flags, runFfmpeg } from './ffmpeg.ts';
import { collectPeaks, stretchPeaks } from './peaks.ts';
import { choosePlayable } from './playable.ts';
import { makePoster } from './poster.ts';
import type { MediaProbe } from './probe.ts';
import { MAX_SECONDS, SPEECH_SAMPLE_RATE, speechEncoding } from './speech-encoding.ts';

const LIMIT = flags(`-t ${MAX_SECONDS}`);

export interface NormaliseOptions {
  signal: AbortSignal;
  /** From 0 to 1, not decreasing. */
  onProgress?: (fraction: number) => void;
  /** Pass false when a transcript is at hand: an hour of speech is 115 MB of WAV that nobody would read. */
  speech?: boolean;
}

/** All paths lie in the folder given. */
export interface NormalisedMedia {
  /** As decoded, so true even where the headers are not. */
  durationSeconds: number;
  /** 16 kHz mono 16-bit WAV; null without sound or when not asked for. WAV because the transcribers seek in it by arithmetic. */
  speechPath: string | null;
  playable: 'original' | { path: string };
  /** Of whatever `playable` names. */
  playableType: string;
  posterPath: string | null;
  /** JSON of type `Peaks`; null without sound. */
  peaksPath: string | null;
  /** Raw chromaprint for `readFingerprint`; null without sound. */
  fingerprintPath: string | null;
  warning: string | null;
}

/**
 * Makes everything the archive needs from a recording in one ffmpeg pass: the input is decoded once and feeds the speech
 * file, the playable copy, the fingerprint and, through a pipe, the waveform. Only the poster is a second, short run.
 * Safe to repeat: files are overwritten. Errors: those of `runFfmpeg`.
 */
export async function normaliseMedia(
  path: string,
  outDirectory: string,
  probe: MediaProbe,
  options: NormaliseOptions,
): Promise<NormalisedMedia> {
  const { signal, onProgress } = options;
  const playable = choosePlayable(probe);
  const audio = probe.audioStreams[0];
  const wantsSpeech = audio !== undefined && options.speech !== false;
  const waveform = collectPeaks();
  const outputArgs = [
    ...(audio ? [...pcmArgs(audio.index, wantsSpeech), ...fingerprintArgs(audio), ...LIMIT, 'fingerprint.raw'] : []),
    ...(playable.kind === 'copy' ? [...playable.args, ...LIMIT, playable.fileName] : []),
  ];
  // A silent film that browsers play as it is has nothing to convert; decoding it to nowhere still tells whether it is sound.
  if (outputArgs.length === 0) outputArgs.push(...flags('-map 0:v:0 -c copy -f null -'));

  await runFfmpeg({
    inputPath: path,
    outputArgs,
    cwd: outDirectory,
    signal,
    durationSeconds: probe.durationSeconds,
    onProgress: (fraction) => onProgress?.(fraction * 0.97),
    onStdout: (chunk) => waveform.write(chunk),
  });

  const { peaks, samples } = waveform.finish();
  if (audio && samples === 0 && !probe.hasVideo)
    throw new NexusError('unreadable-media', 'The recording is empty: no sound could be decoded.');
  const hasSound = samples > 0;
  const posterPath = await makePoster(path, outDirectory, probe, signal);
  const soundSeconds = samples / SPEECH_SAMPLE_RATE;
  // A film may go on without sound, so only what the sound itself promises can be missing there.
  const promised = audio?.durationSeconds ?? (probe.hasVideo ? null : probe.durationSeconds);
  const warning = probe.warning ?? (hasSound ? shortfall(promised, soundSeconds) : null);
  const isWholeFilm = probe.hasVideo && warning === null;
  const durationSeconds = hasSound && !isWholeFilm ? soundSeconds : Math.max(soundSeconds, probe.durationSeconds ?? 0);
  const peaksPath = hasSound ? join(outDirectory, 'peaks.json') : null;
  if (peaksPath) {
    const isShorter = soundSeconds < durationSeconds - 1;
    await Bun.write(peaksPath, JSON.stringify(isShorter ? stretchPeaks(peaks, soundSeconds, durationSeconds) : peaks));
  }
  onProgress?.(1);

  return {
    durationSeconds,
    speechPath: hasSound && wantsSpeech ? join(outDirectory, 'speech.wav') : null,
    playable: playable.kind === 'original' ? 'original' : { path: join(outDirectory, playable.fileName) },
    playableType: playable.contentType,
    posterPath,
    peaksPath,
    fingerprintPath: hasSound ? await existing(join(outDirectory, 'fingerprint.raw')) : null,
    warning,
  };
}

/**
 * Speech samples to the pipe for the waveform and, when wanted, the same bytes to a WAV file, resampled once. Without a flush
 * after each packet the pipe carries 32 KiB at a time instead of 1: 600 reads for ten minutes instead of 19,000, and 0.2 s less.
 */
function pcmArgs(streamIndex: number, wantsSpeech: boolean): string[] {
  const sinks = wantsSpeech
    ? '-f tee [f=wav]speech.wav|[f=s16le:flush_packets=0]pipe:1'
    : '-f s16le -flush_packets 0 pipe:1';
  return [...speechEncoding(streamIndex), ...flags(sinks)];
}

/** Headers round and encoders pad, by up to a second or two; 3 s and 2 % less than promised means that something is missing. */
function shortfall(promisedSeconds: number | null, decodedSeconds: number): string | null {
  if (decodedSeconds >= MAX_SECONDS) return 'The recording is longer than 24 hours. The first 24 hours were used.';
  if (promisedSeconds === null) return null;
  if (promisedSeconds - decodedSeconds < Math.max(3, promisedSeconds * 0.02)) return null;
  return `Only the first ${Math.floor(decodedSeconds)} of ${Math.round(promisedSeconds)} seconds could be read. The file is damaged or cut off.`;
}

async function existing(path: string): Promise<string | null> {
  if (!(await Bun.file(path).exists())) return null;
  if ((await stat(path)).size > 0) return path;
  await rm(path);
  return null;
}
