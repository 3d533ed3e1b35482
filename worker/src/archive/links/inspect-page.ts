import { NexusError } from '@nexus/shared/platform';
import { flags } from '../media/ffmpeg.ts';
import { RecordingList, RecordingPage } from './recording-page.ts';
import { runYtDlp, type YtDlp, type YtDlpRun } from './yt-dlp.ts';
import { NotARecording } from './yt-dlp-problem.ts';

/** Pages, players and manifests of one recording; the largest site sends some 10 MB. */
const MAX_PAGE_BYTES = 100e6;
const INSPECT_SECONDS = 180;

export type Inspected =
  | { kind: 'recording'; recording: RecordingPage }
  | { kind: 'list'; title: string | null; count: number | null }
  /** None that yt-dlp knows. */
  | { kind: 'none' };

export type InspectRun = Pick<YtDlpRun, 'http' | 'directory' | 'signal'> & {
  /** Only sites it knows by their address; the page's own markup is not searched for players. */
  onlyKnownSites: boolean;
  timeoutSeconds?: number;
};

/** Asks yt-dlp what an address is, without fetching the recording. Of a list it looks at the first two entries only. */
export async function inspectPage(ytDlp: YtDlp, url: string, run: InspectRun): Promise<Inspected> {
  const found = await dump(ytDlp, url, run);
  if (found.kind !== 'entries') return found;

  const { title, playlist_count: count } = found.list;
  const entries = (found.list.entries ?? []).filter((entry) => entry !== null);
  const [only] = entries;
  if (!only) return { kind: 'none' };
  if (entries.length === 1 && (count ?? 1) === 1) {
    const isWhole = only._type !== 'url' && only._type !== 'url_transparent';
    if (isWhole) return { kind: 'recording', recording: RecordingPage.parse(only) };
    const inner = only.url ? await dump(ytDlp, only.url, { ...run, onlyKnownSites: false }) : null;
    if (inner && inner.kind !== 'entries') return inner;
  }
  return { kind: 'list', title: title ?? null, count: count ?? null };
}

type Dumped = Exclude<Inspected, { kind: 'list' }> | { kind: 'entries'; list: RecordingList };

async function dump(ytDlp: YtDlp, url: string, run: InspectRun): Promise<Dumped> {
  const { onlyKnownSites, timeoutSeconds = INSPECT_SECONDS } = run;
  // A version that cannot leave out the generic extractor would take every article for a failure of its own.
  if (onlyKnownSites && !ytDlp.options.has('--use-extractors')) return { kind: 'none' };
  const args = [
    ...flags('--dump-single-json --flat-playlist --playlist-items 1:2'),
    ...(onlyKnownSites ? flags('--use-extractors default,-generic') : []),
    '--',
    url,
  ];
  try {
    const printed = await runYtDlp(ytDlp, args, {
      ...run,
      maxBytes: MAX_PAGE_BYTES,
      timeoutSeconds,
      stallSeconds: timeoutSeconds,
    });
    return readDump(printed);
  } catch (error) {
    if (error instanceof NotARecording) return { kind: 'none' };
    throw error;
  }
}

function readDump(printed: Uint8Array): Dumped {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(printed));
    const list = RecordingList.safeParse(parsed);
    if (list.success) return { kind: 'entries', list: list.data };
    return { kind: 'recording', recording: RecordingPage.parse(parsed) };
  } catch (error) {
    throw new NexusError(
      'upstream-refused',
      'yt-dlp answered something that cannot be read. Update it (`nexus doctor` tells how), then try again.',
      { cause: error },
    );
  }
}
