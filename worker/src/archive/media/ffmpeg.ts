import { NexusError } from '@nexus/shared/platform';
import { runProcess } from '../../platform/process.ts';

/**
 * The containers we open, by ffmpeg's demuxer names. A list of what is allowed, because playlists (hls, concat, dash, image2)
 * make ffmpeg open other files on this machine, and each version of ffmpeg brings more of them.
 */
const CONTAINERS =
  'aac,ac3,aiff,amr,ape,asf,au,avi,caf,dts,dtshd,dv,eac3,flac,flv,gsm,h264,hevc,ivf,loas,m4v,matroska,webm,mov,mp4,mp3,' +
  'mpc,mpc8,mpeg,mpegts,mpegvideo,mxf,nut,ogg,rm,tta,voc,w64,wav,wv';

/** Options that go before `-i` for anything that came from outside. The file itself is descriptor 3 (`inputPath`). */
const untrustedInput = (formats = CONTAINERS) =>
  ['-protocol_whitelist', 'file,pipe', '-format_whitelist', formats] as const;
export const UNTRUSTED_INPUT = untrustedInput();
export const INPUT_URL = 'file:/dev/fd/3';

/** A 4K video decodes and encodes in about 1.2 GB; beyond 4 GB something is wrong with the file. */
export const MEMORY_BYTES = 4 * 1024 ** 3;
const MAX_OUTPUT_FILE_BYTES = 20 * 1024 ** 3;
const STALL_SECONDS = 120;

/** Command-line words written as one reads them in a shell. Not for anything that may hold a space. */
export function flags(text: string): string[] {
  return text.split(' ');
}

export interface FfmpegRun {
  inputPath: string;
  /** ffmpeg's names of the demuxers to allow instead of those of recordings. */
  inputFormats?: string;
  /** Options before the input, such as `-ss`. */
  inputArgs?: readonly string[];
  /** Maps, filters, codecs and outputs. Output names are relative to `cwd`. */
  outputArgs: readonly string[];
  cwd: string;
  signal: AbortSignal;
  /** What the file claims to last; null when unknown. Sets the time limit and the scale of the progress. */
  durationSeconds: number | null;
  /** From 0 to 1, not decreasing. */
  onProgress?: (fraction: number) => void;
  onStdout?: (chunk: Uint8Array) => void;
}

/** One ffmpeg run over one untrusted file. Errors: those of `runProcess`, `no-space`, `unreadable-media`. */
export async function runFfmpeg(run: FfmpegRun): Promise<{ stdout: Uint8Array; stderrTail: string }> {
  const meter = progressMeter(run.durationSeconds, run.onProgress);
  const result = await runProcess(
    'ffmpeg',
    [
      ...flags('-nostdin -hide_banner -loglevel error -y -progress pipe:2 -stats_period 0.5'),
      ...(run.inputArgs ?? []),
      ...untrustedInput(run.inputFormats),
      '-i',
      INPUT_URL,
      ...run.outputArgs,
    ],
    {
      signal: run.signal,
      cwd: run.cwd,
      inputPath: run.inputPath,
      // Slower than four times real time is not worth waiting for; 20 minutes for files that do not say how long they are.
      timeoutSeconds: run.durationSeconds === null ? 6 * 3600 : 1200 + run.durationSeconds * 4,
      stallSeconds: STALL_SECONDS,
      memoryBytes: MEMORY_BYTES,
      maxFileBytes: MAX_OUTPUT_FILE_BYTES,
      onStderrLine: meter.read,
      isMeter: meter.isMeter,
      isProgress: meter.isProgress,
      onStdout: run.onStdout,
    },
  );
  if (result.exitCode !== 0) throw ffmpegProblem(result.stderrTail);
  return result;
}

/** What a failed run means to the person whose file it was. */
export function ffmpegProblem(stderrTail: string): NexusError {
  const cause = stderrTail;
  if (stderrTail.includes('No space left on device')) {
    return new NexusError('no-space', 'The disk is full. Free some space; the work goes on by itself.', { cause });
  }
  if (stderrTail.includes('Cannot allocate memory')) {
    return new NexusError(
      'unreadable-media',
      'Decoding this file needs more memory than is allowed. Convert it and try again.',
      { cause },
    );
  }
  if (stderrTail.includes('moov atom not found')) {
    return new NexusError(
      'unreadable-media',
      'The file is cut off: its index, written at the end, is missing. Upload the whole file.',
      {
        cause,
      },
    );
  }
  return new NexusError(
    'unreadable-media',
    'This is not a recording we can play: it is damaged, or its format is unknown.',
    { cause },
  );
}

/** Reads the `key=value` lines of `-progress`. Only time or bytes that grow count as progress. */
function progressMeter(durationSeconds: number | null, onProgress: FfmpegRun['onProgress']) {
  let furthest = -1;
  let fraction = 0;
  const valueOf = (line: string) => {
    const value = /^(?:out_time_us|total_size)=(\d+)/.exec(line)?.[1];
    return value === undefined ? undefined : Number(value);
  };

  return {
    isMeter: (line: string) => /^[a-z_0-9]+=\s*\S*\s*$/.test(line),
    isProgress: (line: string) => {
      const value = valueOf(line);
      if (value === undefined || value <= furthest) return false;
      furthest = value;
      return true;
    },
    read: (line: string) => {
      if (!onProgress || !durationSeconds || !line.startsWith('out_time_us=')) return;
      const next = Math.min(1, (valueOf(line) ?? 0) / 1e6 / durationSeconds);
      if (next > fraction) onProgress((fraction = next));
    },
  };
}
