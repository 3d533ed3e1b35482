import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { extractorKey, itemPrefix, linkKey, noRoom, roomLeft, safeName } from '@nexus/shared/archive';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { detectKind } from '../kinds.ts';
import { posterFromPicture } from '../media/poster.ts';
import type { StepIo, StepItem } from '../step.ts';
import { claimLinks } from './claim-links.ts';
import { chooseFormats } from './choose-formats.ts';
import { chooseTrack } from './choose-subtitles.ts';
import { fetchRecording, fetchSubtitles } from './fetch-recording.ts';
import { factsOf, type LinkFacts } from './link-facts.ts';
import { lookBehind } from './look-behind.ts';
import type { PageFacts } from './page-facts.ts';
import { isOfKnownSite, type RecordingPage } from './recording-page.ts';
import { findYtDlp } from './yt-dlp.ts';

/** As for uploads. */
const MOST_BYTES = 5 * 1024 ** 3;
const MOST_POSTER_BYTES = 10e6;

export interface BroughtLink {
  localPath: string;
  objectPath: string;
  name: string;
  /** In the store: the picture that the page shows for it. */
  posterPath: string | null;
  /** Null when the file says all there is. */
  facts: LinkFacts | null;
}

/** A link as a file: the recording of a page, or the page itself, or the very file it leads to. */
export async function bringLink(item: StepItem, io: StepIo): Promise<BroughtLink> {
  const { row } = item;
  if (!row.source_url) throw new NexusError('invalid-input', 'This item has no address.');
  const room = await io.ports.db.transaction().execute((tx) => roomLeft(tx, row.org_id));
  const maxBytes = Math.min(MOST_BYTES, room ?? MOST_BYTES);
  try {
    const claim = async (key: string | null) => {
      // The row is not ours any more, so this failure is nobody's: it only ends the attempt.
      if (key !== null && !(await claimLinks(item, [key], io)))
        throw new NexusError('canceled', 'This link leads to what is in the archive already.');
    };
    const onAddress = async (finalUrl: string) => claim(await linkKey(finalUrl));
    const found = await lookBehind(row.source_url, { io, maxBytes, onAddress });
    if (found.kind === 'recording') await claim(idKey(found.recording));
    if (found.kind === 'recording') return await bringRecording(item, found, maxBytes, io);
    return await keepFile(item, found.file, io);
  } catch (error) {
    throw room !== null && room < MOST_BYTES && isProblem(error, 'too-large') ? noRoom() : error;
  }
}

/** Under its own name: `put` may move the file away, and a second attempt downloads anew. */
async function keepFile({ row }: StepItem, file: { path: string; fileName: string }, io: StepIo): Promise<BroughtLink> {
  const name = safeName(file.fileName);
  const localPath = join(io.directory, `original-${name}`);
  await rename(file.path, localPath);
  const objectPath = `${itemPrefix(row.org_id, row.id)}original/${name}`;
  return { localPath, objectPath, name: file.fileName, posterPath: null, facts: null };
}

async function bringRecording(
  item: StepItem,
  { recording, page }: { recording: RecordingPage; page: PageFacts | null },
  maxBytes: number,
  io: StepIo,
): Promise<BroughtLink> {
  const { row } = item;
  const formats = chooseFormats(recording);
  if (formats.length === 0) throw nothingToFetch(recording);
  const ytDlp = await findYtDlp(io.ports.ytDlp ?? 'yt-dlp');
  const run = { http: io.ports.http, directory: io.directory, signal: io.signal };
  const prefix = itemPrefix(row.org_id, row.id);
  const facts = factsOf(recording, page);

  const fetched = await fetchRecording(ytDlp, recording, formats, {
    ...run,
    maxBytes,
    onProgress: (fraction) => io.progress(0.85 * fraction),
  });
  const track = row.subtitle_path === null ? chooseTrack(recording, row.language_given) : null;
  const cues = track === null ? null : await fetchSubtitles(ytDlp, recording, track, run);
  const subtitlePath = cues && `${prefix}original/subtitles.txt`;
  if (cues && subtitlePath) await io.ports.media.put(subtitlePath, cues, 'text/plain');
  io.log.set({
    extractor: recording.extractor_key,
    formats: formats.length,
    subtitles: track,
    chapters: facts.chapters.length,
  });

  const { extension } = await detectKind(fetched);
  const name = `${facts.title ?? 'recording'}.${extension}`;
  const localPath = join(io.directory, `original.${extension}`);
  await rename(fetched, localPath);
  return {
    localPath,
    objectPath: `${prefix}original/${safeName(name)}`,
    name,
    posterPath: await bringPoster(recording, `${prefix}media/source-poster.jpg`, io),
    facts: { ...facts, subtitlePath },
  };
}

/** A recording is as good without one, so nothing about it ends the attempt. */
async function bringPoster(recording: RecordingPage, objectPath: string, io: StepIo): Promise<string | null> {
  const url = recording.thumbnail;
  if (!url || !/^https?:/i.test(url)) return null;
  try {
    const { status, body } = await io.ports.http.get(url, { signal: io.signal, maxBytes: MOST_POSTER_BYTES });
    if (status !== 200) return null;
    const picture = join(io.directory, 'thumbnail');
    await Bun.write(picture, body);
    const poster = await posterFromPicture(picture, io.directory, io.signal);
    if (!poster) return null;
    await io.ports.media.put(objectPath, poster, 'image/jpeg');
    return objectPath;
  } catch (error) {
    if (!isProblem(error) || io.signal.aborted) throw error;
    io.log.set({ poster: error.detail });
    return null;
  }
}

function nothingToFetch(recording: RecordingPage): NexusError {
  const isProtected = recording._has_drm === true || recording.formats?.some((format) => format?.has_drm === true);
  const detail = isProtected
    ? 'This recording is protected against copying (DRM). It cannot be fetched.'
    : 'The page names a recording, but nothing of it that can be fetched. Download it yourself and upload the file.';
  return new NexusError('upstream-refused', detail);
}

/** A page with a player of no known site has no id of its own. */
const idKey = (recording: RecordingPage): string | null =>
  isOfKnownSite(recording) && recording.id !== '' ? extractorKey(recording.extractor_key, recording.id) : null;
