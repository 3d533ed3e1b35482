import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { flags } from '../media/ffmpeg.ts';
import { parseSubtitles } from '../media/index.ts';
import { joinStreams } from './join-streams.ts';
import type { Format, RecordingPage } from './recording-page.ts';
import { runYtDlp, type YtDlp, type YtDlpRun } from './yt-dlp.ts';
import { NotARecording } from './yt-dlp-problem.ts';

/** As long as the job may take. */
const FETCH_SECONDS = 6 * 3600;
const STALL_SECONDS = 240;
const SUBTITLE_SECONDS = 120;
const MAX_SUBTITLE_BYTES = 20e6;
/** Heads, manifests and encryption come on top of the recording. */
const OVERHEAD_BYTES = 4e6;
const PROGRESS = 'nexus-progress';

export interface FetchRun extends Pick<YtDlpRun, 'http' | 'directory' | 'signal'> {
  /** Of the recording. */
  maxBytes: number;
  stallSeconds?: number;
  /** From 0 to 1, not decreasing; called with every chunk. */
  onProgress: (fraction: number) => void;
}

/** Fetches the chosen formats and joins them. Returns a file of the directory. */
export async function fetchRecording(
  ytDlp: YtDlp,
  recording: RecordingPage,
  formats: readonly Format[],
  run: FetchRun,
): Promise<string> {
  const announced = formats.reduce((sum, { filesize }) => sum + (filesize ?? 0), 0);
  if (announced > run.maxBytes) throw tooLarge();
  const chosen = formats.map((format, at) => ({ ...format, format_id: `part${at}` }));
  const infoPath = await writeInfo(run.directory, 'recording.json', { ...recording, formats: chosen, subtitles: {} });
  const meter = progressMeter(chosen.length, run.onProgress);
  let isTooLarge = false;
  await runYtDlp(
    ytDlp,
    [
      '--load-info-json',
      infoPath,
      ...flags(`--match-filters !is_live --format ${chosen.map(({ format_id }) => format_id).join(',')}`),
      ...flags(`--output %(format_id)s --fixup never --max-filesize ${run.maxBytes} --newline`),
      '--progress-template',
      `download:${PROGRESS} %(progress._percent_str)s`,
    ],
    {
      ...run,
      timeoutSeconds: FETCH_SECONDS,
      stallSeconds: run.stallSeconds ?? STALL_SECONDS,
      maxBytes: Math.ceil(run.maxBytes * 1.01) + OVERHEAD_BYTES,
      maxFileBytes: run.maxBytes,
      onReceived: meter.touch,
      onLine(line) {
        meter.read(line);
        if (line.includes('larger than max-filesize')) isTooLarge = true;
      },
    },
  ).catch((error: unknown) => {
    throw isProblem(error, 'too-large') ? tooLarge() : error;
  });
  if (isTooLarge) throw tooLarge();

  const parts = await partsIn(run.directory, chosen);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (bytes > run.maxBytes) throw tooLarge();
  const [first, second] = parts;
  if (!first) throw new NexusError('upstream-down', 'The site sent nothing of this recording.');
  return second ? joinStreams(first.path, second.path, run.directory, run.signal) : first.path;
}

/** One track as VTT or SRT text. Null when the site does not give it or it holds no cues: then the sound is what there is. */
export async function fetchSubtitles(
  ytDlp: YtDlp,
  recording: RecordingPage,
  track: string,
  run: Omit<FetchRun, 'maxBytes' | 'onProgress'>,
): Promise<string | null> {
  const infoPath = await writeInfo(run.directory, 'subtitles.json', {
    ...recording,
    subtitles: { words: recording.subtitles?.[track] ?? [] },
    automatic_captions: {},
  });
  try {
    await runYtDlp(
      ytDlp,
      [
        '--load-info-json',
        infoPath,
        ...flags('--skip-download --output subtitles --write-subs --sub-langs words --sub-format vtt/srt/best'),
      ],
      {
        ...run,
        timeoutSeconds: SUBTITLE_SECONDS,
        stallSeconds: SUBTITLE_SECONDS,
        maxBytes: MAX_SUBTITLE_BYTES,
        maxFileBytes: MAX_SUBTITLE_BYTES,
        onLine: () => undefined,
      },
    );
  } catch (error) {
    if (!(error instanceof NotARecording) && (!isProblem(error) || error.code === 'canceled')) throw error;
    return null;
  }
  const name = (await readdir(run.directory)).find((entry) => entry.startsWith('subtitles.words.'));
  return name === undefined ? null : readableCues(join(run.directory, name));
}

async function readableCues(path: string): Promise<string | null> {
  try {
    parseSubtitles(await Bun.file(path).bytes());
    return path;
  } catch (error) {
    if (isProblem(error, 'unreadable-media', 'too-large')) return null;
    throw error;
  }
}

/** Without the page's address yt-dlp does not start over from it when a file fails; the next attempt does. */
async function writeInfo(directory: string, name: string, info: object): Promise<string> {
  const path = join(directory, name);
  const {
    webpage_url: _page,
    original_url: _original,
    requested_formats: _formats,
    requested_downloads: _downloads,
    url: _url,
    ...rest
  } = info as Record<string, unknown>;
  await Bun.write(path, JSON.stringify(rest));
  return path;
}

async function partsIn(directory: string, chosen: readonly Format[]): Promise<{ path: string; bytes: number }[]> {
  const names = new Set(await readdir(directory));
  const parts: { path: string; bytes: number }[] = [];
  for (const { format_id } of chosen) {
    if (!names.has(format_id)) continue;
    const path = join(directory, format_id);
    parts.push({ path, bytes: (await stat(path)).size });
  }
  // Pictures without their sound would be taken for the whole.
  return parts.length === chosen.length ? parts : [];
}

/** One part after the other, each from 0 to 100 %. */
function progressMeter(parts: number, onProgress: FetchRun['onProgress']) {
  let part = 0;
  let last = 0;
  let furthest = 0;
  // yt-dlp guesses the size of what comes in parts, and corrects itself.
  const report = () => onProgress((furthest = Math.max(furthest, Math.min(1, (part + last) / parts))));
  return {
    touch: report,
    read(line: string) {
      const percent = new RegExp(`^${PROGRESS}\\s+([\\d.]+)%`).exec(line.replaceAll(/\u001b\[[\d;]*m/g, ''))?.[1];
      if (percent === undefined) return;
      const fraction = Number(percent) / 100;
      if (fraction < last && last >= 0.99) part = Math.min(parts - 1, part + 1);
      last = fraction;
      report();
    },
  };
}

const tooLarge = (): NexusError => new NexusError('too-large', 'This recording is larger than the limit.');
