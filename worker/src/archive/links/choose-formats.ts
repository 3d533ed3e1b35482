import type { Format, RecordingPage } from './recording-page.ts';

/** Enough for slides; a talk in 4K takes ten times the room and says nothing more. */
const MOST_LINES = 1080;
/** Fetched by yt-dlp itself, through the guarded door. Others (rtmp, rtsp, mms) start programs that know no door. */
const PROTOCOLS = new Set(['http', 'https', 'm3u8', 'm3u8_native', 'http_dash_segments']);

/**
 * What to fetch: one file with pictures and sound, or one of each to be joined, or sound alone. Empty when there is nothing
 * that may be fetched. Unknown codecs (null) may be anything, so such a file counts as whole.
 */
export function chooseFormats(recording: RecordingPage): Format[] {
  const usable = formatsOf(recording).filter(isUsable);
  const pictures = usable.filter(({ vcodec, height }) => vcodec !== 'none' && (height ?? 0) <= MOST_LINES);
  // All larger than that: the smallest of them.
  const video = best(pictures) ?? usable.find(({ vcodec }) => vcodec !== 'none');
  const sounds = usable.filter(({ vcodec, acodec }) => vcodec === 'none' && acodec !== 'none');
  if (!video) return sounds.slice(-1);
  if (video.acodec !== 'none') return [video];

  const fitting = sounds.filter((sound) => isMp4(sound) === isMp4(video));
  const sound = fitting.at(-1) ?? sounds.at(-1);
  const whole = best(pictures.filter(({ acodec }) => acodec !== 'none'));
  return sound ? [video, sound] : [whole ?? video];
}

/** yt-dlp sorts from worst to best. Of equal height, what every browser plays and what needs no joining is better. */
function best(formats: Format[]): Format | undefined {
  const height = Math.max(...formats.map((format) => format.height ?? 0));
  const highest = formats.filter((format) => (format.height ?? 0) === height);
  return (
    highest.findLast(({ acodec }) => acodec !== 'none') ?? highest.findLast((format) => isMp4(format)) ?? highest.at(-1)
  );
}

/** H.264 and AAC, by the names containers and manifests give them. */
const isMp4 = ({ vcodec, acodec }: Format): boolean =>
  (vcodec && vcodec !== 'none' ? /^(?:avc|h264)/i : /^(?:mp4a|aac)/i).test(
    (vcodec && vcodec !== 'none' ? vcodec : acodec) ?? '',
  );

/** A page with one format has it at its top. */
function formatsOf(recording: RecordingPage): Format[] {
  const listed = (recording.formats ?? []).filter((format) => format !== null);
  if (listed.length > 0 || typeof recording.url !== 'string') return listed;
  return [{ ...recording, format_id: '0', url: recording.url } as unknown as Format];
}

function isUsable({ url, protocol, ext, has_drm, vcodec, acodec }: Format): boolean {
  const isEmpty = vcodec === 'none' && acodec === 'none';
  return /^https?:/i.test(url) && PROTOCOLS.has(protocol ?? 'https') && !isEmpty && ext !== 'mhtml' && has_drm !== true;
}
