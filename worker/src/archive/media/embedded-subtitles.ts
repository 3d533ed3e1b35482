import { NexusError } from '@nexus/shared/platform';
import { flags, runFfmpeg } from './ffmpeg.ts';
import type { MediaProbe, SubtitleStream } from './probe.ts';
import { parseSubtitles, type ReadSubtitles } from './subtitles.ts';

/** The text subtitles inside a film that suit a language, else the first; null when there are only pictures of text or none. */
export function chooseSubtitles(probe: MediaProbe, language?: string | null): SubtitleStream | null {
  const texts = probe.subtitleStreams.filter((stream) => stream.isText);
  const primary = (tag: string) => new Intl.Locale(tag).language;
  const wanted = language ? primary(language) : null;
  return (
    texts.find((stream) => wanted !== null && isTag(stream.language) && primary(stream.language) === wanted) ??
    texts[0] ??
    null
  );
}

/** Reads one text stream of a film as segments. Errors: those of `runFfmpeg` and `parseSubtitles`. */
export async function extractSubtitles(
  path: string,
  stream: SubtitleStream,
  signal: AbortSignal,
): Promise<ReadSubtitles> {
  if (!stream.isText)
    throw new NexusError('unreadable-media', 'These subtitles are pictures of text; they cannot be read.');
  const { stdout } = await runFfmpeg({
    inputPath: path,
    outputArgs: flags(`-map 0:${stream.index} -f webvtt pipe:1`),
    cwd: '/',
    signal,
    durationSeconds: null,
  });
  return parseSubtitles(stdout);
}

/** `Intl.Locale` also maps ISO 639-2 codes of containers (`eng`) to what the web uses (`en`). */
function isTag(language: string | null): language is string {
  return language !== null && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language);
}
