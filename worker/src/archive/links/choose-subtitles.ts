import { detectLanguage } from '../documents/language.ts';
import type { RecordingPage } from './recording-page.ts';

/** Replays of a chat and the like, which some sites list among subtitles. */
const NOT_WORDS = /chat|danmaku|comments?|storyboard/i;
const READABLE = new Set(['vtt', 'srt']);

/**
 * The track made by people that holds the words as they are spoken: in the language given for the item, else in the
 * recording's own. Where nobody says which that is, the only track is it, or the one in the language of title and
 * description; a translation is no transcript.
 */
export function chooseTrack(recording: RecordingPage, languageGiven: string | null): string | null {
  const tracks = Object.entries(recording.subtitles ?? {})
    .filter(([name]) => !NOT_WORDS.test(name))
    .filter(([, forms]) => forms?.some((form) => form && (READABLE.has(form.ext ?? '') || isManifest(form))))
    .map(([name]) => name);
  const of = (language: string | null | undefined) =>
    language ? tracks.find((name) => primary(name) === primary(language)) : undefined;

  if (languageGiven) return of(languageGiven) ?? null;
  if (recording.language) return of(recording.language) ?? null;
  if (tracks.length === 1) return tracks[0]!;
  return of(detectLanguage([recording.title, recording.description].join('\n'))) ?? null;
}

/** Subtitles in parts (HLS), which yt-dlp joins to one VTT. */
const isManifest = ({ protocol }: Record<string, unknown>): boolean =>
  typeof protocol === 'string' && protocol.startsWith('m3u8');

/** `en-US`, `en_GB` and `eng` are all `en`; a label that is no tag stays itself. */
function primary(tag: string): string {
  try {
    return new Intl.Locale(tag.replaceAll('_', '-')).language;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return tag.toLowerCase();
  }
}
