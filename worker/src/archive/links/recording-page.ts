import { z } from 'zod';

// What yt-dlp tells of a page. It copies much of that from the page, so nothing is relied on: a field of another shape is absent.
const text = z.string().nullish().catch(null);
const number = z.number().nullish().catch(null);
const listOf = <Entry extends z.ZodType>(entry: Entry) => z.array(entry.nullable().catch(null)).nullish().catch(null);

const Format = z.looseObject({
  format_id: z.string(),
  url: z.string(),
  ext: text,
  protocol: text,
  vcodec: text,
  acodec: text,
  height: number,
  filesize: number,
  has_drm: z.unknown().optional(),
});
export type Format = z.infer<typeof Format>;

const Track = z.looseObject({ url: text, ext: text });

/** One recording: its facts, its formats from worst to best, subtitles made by people (`automatic_captions` are left alone). */
export const RecordingPage = z.looseObject({
  id: z.coerce.string().catch(''),
  extractor_key: z.string().catch('Generic'),
  title: text,
  description: text,
  uploader: text,
  channel: text,
  creator: text,
  artist: text,
  timestamp: number,
  release_timestamp: number,
  upload_date: text,
  duration: number,
  language: text,
  is_live: z.unknown().optional(),
  live_status: text,
  webpage_url: text,
  thumbnail: text,
  _has_drm: z.unknown().optional(),
  chapters: listOf(z.looseObject({ title: text, start_time: number, end_time: number })),
  formats: listOf(Format),
  subtitles: z.record(z.string(), listOf(Track)).nullish().catch(null),
});
export type RecordingPage = z.infer<typeof RecordingPage>;

/** Several recordings behind one address, only the first of them listed. */
export const RecordingList = z.looseObject({
  _type: z.enum(['playlist', 'multi_video']),
  title: text,
  playlist_count: number,
  entries: listOf(z.looseObject({ _type: text, url: text })),
});
export type RecordingList = z.infer<typeof RecordingList>;

/** The page itself has the words of title and author, where yt-dlp took it for one of no site it knows. */
export const isOfKnownSite = ({ extractor_key }: RecordingPage): boolean =>
  !['generic', 'html5mediaembed'].includes(extractor_key.toLowerCase());
