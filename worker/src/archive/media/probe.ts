import { z } from 'zod';
import { NexusError } from '@nexus/shared/platform';
import { runProcess } from '../../platform/process.ts';
import { ffmpegProblem, INPUT_URL, MEMORY_BYTES, UNTRUSTED_INPUT } from './ffmpeg.ts';
import { findTruncation } from './truncation.ts';

export interface AudioStream {
  /** ffmpeg's stream index in the file. */
  index: number;
  codec: string;
  /** As the file says it, usually ISO 639-2; null when it says nothing or `und`. */
  language: string | null;
  channels: number;
  bitRate: number | null;
  /** Of this stream by itself, where the container says so: sound may end before the picture does. */
  durationSeconds: number | null;
  isDefault: boolean;
}

export interface VideoStream {
  index: number;
  codec: string;
  pixelFormat: string | null;
  bitRate: number | null;
  frameRate: number | null;
}

export interface SubtitleStream {
  index: number;
  codec: string;
  language: string | null;
  title: string | null;
  /** Pictures of text (DVD, Blu-ray) cannot become a transcript without recognition. */
  isText: boolean;
}

/** What is in a media file, as far as its headers tell; they can be wrong about the duration. */
export interface MediaProbe {
  /** ffmpeg's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  container: string;
  /** Null when the file does not say. */
  durationSeconds: number | null;
  sizeBytes: number;
  bitRate: number | null;
  hasAudio: boolean;
  hasVideo: boolean;
  /** Of the picture as stored, before any rotation. */
  width: number | null;
  height: number | null;
  video: VideoStream | null;
  /** The default stream first, then in the file's order. */
  audioStreams: AudioStream[];
  subtitleStreams: SubtitleStream[];
  tags: { title: string | null; artist: string | null; date: string | null };
  /** Index of an embedded cover picture. */
  coverStream: number | null;
  /** In words for the user, when the file is cut off but its beginning can be used. */
  warning: string | null;
}

const TEXT_SUBTITLES = new Set([
  'subrip',
  'srt',
  'webvtt',
  'ass',
  'ssa',
  'mov_text',
  'text',
  'microdvd',
  'sami',
  'subviewer',
  'ttml',
]);
const PICTURE_CODECS = new Set(['mjpeg', 'png', 'bmp', 'gif', 'webp', 'tiff']);

const numeric = z.coerce.number().catch(Number.NaN);
const Tags = z.record(z.string(), z.string()).default({});
const Stream = z.object({
  index: z.number(),
  codec_type: z.string().default('unknown'),
  codec_name: z.string().default('unknown'),
  width: z.number().optional(),
  height: z.number().optional(),
  pix_fmt: z.string().optional(),
  channels: z.number().default(0),
  sample_rate: numeric.optional(),
  bit_rate: numeric.optional(),
  duration: numeric.optional(),
  nb_frames: numeric.optional(),
  avg_frame_rate: z.string().default('0/0'),
  disposition: z.record(z.string(), z.number()).default({}),
  tags: Tags,
});
type Stream = z.infer<typeof Stream>;
const Answer = z.object({
  streams: z.array(Stream).default([]),
  format: z.object({
    format_name: z.string(),
    duration: numeric.optional(),
    size: numeric.optional(),
    bit_rate: numeric.optional(),
    tags: Tags,
  }),
});

/** Reads a file's headers with ffprobe. Errors: `unreadable-media` in plain words, `not-configured`, `canceled`, `stalled`. */
export async function probeMedia(path: string, { signal }: { signal: AbortSignal }): Promise<MediaProbe> {
  const result = await runProcess(
    'ffprobe',
    ['-v', 'error', '-of', 'json', '-show_format', '-show_streams', ...UNTRUSTED_INPUT, '-i', INPUT_URL],
    {
      signal,
      inputPath: path,
      timeoutSeconds: 120,
      stallSeconds: 60,
      memoryBytes: MEMORY_BYTES,
      maxOutputBytes: 8 * 1024 * 1024,
    },
  );
  if (Bun.file(path).size === 0) throw new NexusError('unreadable-media', 'The file is empty.');
  if (result.exitCode !== 0) throw ffmpegProblem(result.stderrTail);

  const answer = Answer.safeParse(JSON.parse(new TextDecoder().decode(result.stdout)));
  if (!answer.success) throw ffmpegProblem(`${result.stderrTail}\n${answer.error.message}`);
  return describe(answer.data, await findTruncation(path));
}

function describe({ streams, format }: z.infer<typeof Answer>, warning: string | null): MediaProbe {
  const audio = streams.filter(
    (stream) => stream.codec_type === 'audio' && stream.channels > 0 && known(stream.sample_rate) !== null,
  );
  const pictures = streams.filter((stream) => stream.codec_type === 'video');
  const film = pictures.find((stream) => !isStill(stream)) ?? null;
  const cover = pictures.find(isStill) ?? null;
  if (audio.length === 0 && film === null) {
    const detail = cover
      ? 'The file holds a picture, but no sound and no moving picture.'
      : 'The file holds neither sound nor pictures.';
    throw new NexusError('unreadable-media', detail);
  }

  return {
    container: format.format_name,
    durationSeconds:
      known(format.duration) ?? known(Math.max(0, ...streams.map((stream) => known(stream.duration) ?? 0))),
    sizeBytes: format.size ?? 0,
    bitRate: known(format.bit_rate),
    hasAudio: audio.length > 0,
    hasVideo: film !== null,
    width: film?.width ?? null,
    height: film?.height ?? null,
    video: film && {
      index: film.index,
      codec: film.codec_name,
      pixelFormat: film.pix_fmt ?? null,
      bitRate: known(film.bit_rate),
      frameRate: ratio(film.avg_frame_rate),
    },
    audioStreams: audio
      .map((stream) => ({
        index: stream.index,
        codec: stream.codec_name,
        language: languageOf(stream),
        channels: stream.channels,
        bitRate: known(stream.bit_rate),
        durationSeconds: known(stream.duration),
        isDefault: stream.disposition.default === 1,
      }))
      .sort((a, b) => Number(b.isDefault) - Number(a.isDefault) || a.index - b.index),
    subtitleStreams: streams
      .filter((stream) => stream.codec_type === 'subtitle')
      .map((stream) => ({
        index: stream.index,
        codec: stream.codec_name,
        language: languageOf(stream),
        title: tagOf(stream.tags, 'title'),
        isText: TEXT_SUBTITLES.has(stream.codec_name),
      })),
    tags: {
      title: tagOf(format.tags, 'title'),
      artist: tagOf(format.tags, 'artist', 'album_artist', 'author'),
      date: tagOf(format.tags, 'date', 'creation_time', 'year'),
    },
    coverStream: cover?.index ?? null,
    warning,
  };
}

/** A cover, or a lone frame that some phones wrap as a film. */
function isStill(stream: Stream): boolean {
  if (stream.disposition.attached_pic === 1 || stream.disposition.still_image === 1) return true;
  return PICTURE_CODECS.has(stream.codec_name) && ((stream.nb_frames ?? 2) <= 1 || (known(stream.duration) ?? 1) < 0.2);
}

function known(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : null;
}

function ratio(text: string): number | null {
  const [top, bottom] = text.split('/').map(Number);
  return top && bottom ? top / bottom : null;
}

function languageOf(stream: Stream): string | null {
  const language = tagOf(stream.tags, 'language');
  return language === 'und' ? null : language;
}

/** Containers differ in the case of their tag names. Control characters and length are the file's choice, not ours to keep. */
function tagOf(tags: Record<string, string>, ...names: string[]): string | null {
  for (const name of names) {
    const found = Object.entries(tags).find(([key]) => key.toLowerCase() === name)?.[1];
    const clean = found
      ?.replace(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, 500);
    if (clean) return clean;
  }
  return null;
}
