import { isProblem, NexusError } from '@nexus/shared/platform';
import type { Downloaded } from '../../platform/http.ts';
import { findProgram } from '../../platform/process.ts';
import { detectKind } from '../kinds.ts';
import type { StepIo } from '../step.ts';
import { downloadFile } from './download-file.ts';
import { inspectPage, type Inspected } from './inspect-page.ts';
import { isFeed, readManifest } from './manifest.ts';
import { type PageFacts, readPageFacts } from './page-facts.ts';
import { isOfKnownSite, type RecordingPage } from './recording-page.ts';
import { findYtDlp, hasYtDlp } from './yt-dlp.ts';

/** Two screens: a page that calls itself an article and has less is a player with a caption. */
const MIN_ARTICLE_CHARACTERS = 1200;
/** The best known, for where yt-dlp is missing: read as articles, their pages would be cookie notices. */
const RECORDING_HOSTS =
  /(?:^|\.)(?:youtube\.com|youtu\.be|vimeo\.com|dailymotion\.com|twitch\.tv|soundcloud\.com|tiktok\.com|rutube\.ru|bilibili\.com)$/;

export type Behind =
  | { kind: 'file'; file: Downloaded & { path: string } }
  | { kind: 'recording'; recording: RecordingPage; page: PageFacts | null };

interface LookRun {
  io: StepIo;
  maxBytes: number;
  /** Called with where redirects led, before anything costly. What it throws ends the look. */
  onAddress: (finalUrl: string) => Promise<void>;
}

/**
 * What an address leads to. Our own fetcher asks first, so the address and its redirects are checked before anything else
 * runs; only a page, or a site that refuses us, is a question for yt-dlp.
 */
export async function lookBehind(url: string, run: LookRun): Promise<Behind> {
  const file = await downloadFile(url, run).catch((error: unknown) => {
    if (isProblem(error, 'upstream-refused')) return error;
    throw error;
  });
  if (file instanceof NexusError) {
    const recording = hasProgram(run) ? await knownRecording(url, run) : null;
    if (!recording) throw file;
    return { kind: 'recording', recording, page: null };
  }

  const { finalUrl } = file;
  await run.onAddress(finalUrl);
  const { kind } = await detectKind(file.path, file.fileName);
  if (await isFeed(file.path)) {
    throw new NexusError(
      'unsupported-media',
      'This is a feed. Follow it under Archive, Feeds, or give the address of one of its episodes.',
    );
  }
  const manifest = kind === 'text' || kind === 'markdown' ? await readManifest(file.path) : null;
  if (manifest?.isLive) throw live();
  if (kind !== 'html' && !manifest) return { kind: 'file', file };

  const page = kind === 'html' ? await readPageFacts(file.path) : null;
  const recording = await recordingOf(pageAddress(url, finalUrl), page, run);
  return recording ? { kind: 'recording', recording, page } : { kind: 'file', file };
}

/** Null when the page is to be read. `page` is null for a manifest, which is nothing but a recording. */
async function recordingOf(url: string, page: PageFacts | null, run: LookRun): Promise<RecordingPage | null> {
  const isRecording = page === null || page.isRecording || RECORDING_HOSTS.test(new URL(url).hostname);
  if (!hasProgram(run)) {
    // Says how to get it; the item goes on by itself when it is there.
    if (isRecording) findProgram(program(run));
    return null;
  }
  const isArticle =
    page !== null && page.isArticle && !page.isRecording && page.textCharacters >= MIN_ARTICLE_CHARACTERS;
  const onlyKnownSites = isArticle || !(isRecording || page?.hasPlayer);
  const found = await inspect(url, onlyKnownSites, run).catch((error: unknown) => {
    // A player that cannot be opened does not keep the article around it from being read.
    if (isArticle && isProblem(error, 'upstream-refused')) return { kind: 'none' } as const;
    throw error;
  });
  if (found.kind === 'recording') return openRecording(found.recording);
  if (found.kind === 'list' && !isArticle) throw aList(found);
  if (page === null) throw new NexusError('unsupported-media', 'yt-dlp does not know this kind of stream.');
  return null;
}

async function knownRecording(url: string, run: LookRun): Promise<RecordingPage | null> {
  const found = await inspect(url, true, run);
  if (found.kind === 'list') throw aList(found);
  return found.kind === 'recording' && isOfKnownSite(found.recording) ? openRecording(found.recording) : null;
}

async function inspect(url: string, onlyKnownSites: boolean, { io }: Pick<LookRun, 'io'>): Promise<Inspected> {
  const ytDlp = await findYtDlp(program({ io }));
  io.progress(0);
  return inspectPage(ytDlp, url, { http: io.ports.http, directory: io.directory, signal: io.signal, onlyKnownSites });
}

const program = ({ io }: Pick<LookRun, 'io'>): string => io.ports.ytDlp ?? 'yt-dlp';
const hasProgram = (run: LookRun): boolean => hasYtDlp(program(run));

/** Where redirects led, unless they led to a question for consent or a sign-in on the way to the page. */
function pageAddress(given: string, final: string): string {
  const { hostname, pathname } = new URL(final);
  return hostname.startsWith('consent.') || /(?:consent|login|signin|sign-in)\b/i.test(pathname) ? given : final;
}

function openRecording(recording: RecordingPage): RecordingPage {
  if (recording.is_live === true || recording.live_status === 'is_live') throw live();
  if (recording.live_status === 'is_upcoming') {
    throw new NexusError('upstream-refused', 'This has not begun yet. Add the link again when it is over.');
  }
  return recording;
}

const live = (): NexusError =>
  new NexusError('upstream-refused', 'This is a live stream, which has no end. Add the link again when it is over.');

function aList({ title, count }: { title: string | null; count: number | null }): NexusError {
  const many = count === null ? 'several recordings' : `${count.toLocaleString('en')} recordings`;
  const name = title ? ` (“${title.slice(0, 80)}”)` : '';
  return new NexusError('upstream-refused', `This is a list of ${many}${name}. Give the address of one of them.`);
}
