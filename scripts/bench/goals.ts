import type { Figure } from './figure.ts';

/** What a figure is called in the table, and what it should be. */
interface Goal {
  readonly figure: string;
  readonly label: string;
  readonly bound?: { readonly kind: 'at most' | 'at least'; readonly value: number };
}

const atMost = (value: number) => ({ kind: 'at most', value }) as const;
const atLeast = (value: number) => ({ kind: 'at least', value }) as const;

/** In the order of the table. A figure without a bound is told for its own sake. */
export const GOALS: readonly Goal[] = [
  { figure: 'start-to-healthy', label: 'Second start to healthy', bound: atMost(5) },
  { figure: 'npm-start-to-healthy', label: 'The same by `npm start`', bound: atMost(5) },
  { figure: 'idle-memory', label: 'Idle memory', bound: atMost(500) },
  { figure: 'idle-cpu', label: 'Idle CPU', bound: atMost(2) },
  { figure: 'job-to-handler-p50', label: 'Job sent to handler started, p50', bound: atMost(10) },
  { figure: 'job-to-handler-p99', label: 'Job sent to handler started, p99', bound: atMost(30) },
  { figure: 'commit-to-message-p50', label: 'Commit to message in a client, p50', bound: atMost(30) },
  { figure: 'commit-to-message-p99', label: 'Commit to message in a client, p99', bound: atMost(150) },
  { figure: 'recording-flac-against-ffmpeg', label: 'A 10-minute FLAC against ffmpeg alone', bound: atMost(1.15) },
  { figure: 'recording-mp3-against-ffmpeg', label: 'A 10-minute MP3 against ffmpeg alone', bound: atMost(1.15) },
  {
    figure: 'recording-lost-client-killed',
    label: 'Sound lost when the client of a recording is killed',
    bound: atMost(5),
  },
  { figure: 'recording-lost-server-killed', label: 'Sound lost when the server is killed', bound: atMost(5) },
  { figure: 'upload-memory-growth', label: 'Memory growth during a 1 GB upload', bound: atMost(100) },
  { figure: 'search-p50', label: 'Search in 10,000 chunks, the verb, p50' },
  { figure: 'search-p95', label: 'Search in 10,000 chunks, the verb, p95', bound: atMost(50) },
  { figure: 'search-at-scale-postgres-p50', label: 'Search in 100,000 chunks, filters on, native Postgres, p50' },
  {
    figure: 'search-at-scale-postgres-p95',
    label: 'Search in 100,000 chunks, filters on, native Postgres, p95',
    bound: atMost(50),
  },
  { figure: 'search-at-scale-embedded-p50', label: 'Search in 100,000 chunks, filters on, embedded, p50' },
  {
    figure: 'search-at-scale-embedded-p95',
    label: 'Search in 100,000 chunks, filters on, embedded, p95',
    bound: atMost(150),
  },
  { figure: 'search-api-p50', label: 'The same by `POST /api/search`, p50' },
  { figure: 'search-api-p95', label: 'The same by `POST /api/search`, p95', bound: atMost(50) },
  { figure: 'chat-first-token-p50', label: 'First words of an answer beyond the model’s own time, p50' },
  { figure: 'chat-first-token-p95', label: 'The same, p95', bound: atMost(150) },
  { figure: 'media-list-rate', label: '`GET /api/media`, 16 clients' },
  { figure: 'media-list-p95', label: '`GET /api/media`, 16 clients, p95' },
  { figure: 'import-early', label: '10,000 items imported: the first fifth' },
  { figure: 'import-late', label: 'The last fifth' },
  { figure: 'import-late-against-early', label: 'Late against early', bound: atLeast(0.9) },
  { figure: 'web-first-load-sign-in', label: 'First-load JavaScript of `/sign-in`, gzipped', bound: atMost(150) },
  { figure: 'web-first-load-archive', label: 'First-load JavaScript of `/archive`, gzipped', bound: atMost(150) },
  { figure: 'retrieval-ndcg-at-10', label: 'nDCG@10 on Cranfield, without a key', bound: atLeast(0.41) },
  { figure: 'duplicates-recall-mp3', label: 'Duplicates found: MP3 at 48 kbit/s', bound: atLeast(95) },
  { figure: 'duplicates-recall-opus', label: 'Duplicates found: Opus at 16 kbit/s', bound: atLeast(90) },
  { figure: 'duplicates-recall-quieter', label: 'Duplicates found: 12 dB quieter', bound: atLeast(95) },
  { figure: 'duplicates-recall-cut', label: 'Duplicates found: 3 s cut off', bound: atLeast(95) },
  { figure: 'duplicates-recall-excerpt', label: 'Excerpts asked about', bound: atLeast(90) },
  { figure: 'duplicates-recall-telephone', label: 'Found over the telephone band', bound: atLeast(80) },
  { figure: 'duplicates-false-alarms', label: 'False alarms among unrelated recordings', bound: atMost(1) },
  { figure: 'duplicates-candidates-p50', label: 'Candidates at 100,000 items, p50' },
  { figure: 'duplicates-candidates-p95', label: 'Candidates at 100,000 items, p95', bound: atMost(100) },
  { figure: 'inbox-postgres-p50', label: 'The inbox with 100,000 opportunities, native Postgres, p50' },
  {
    figure: 'inbox-postgres-p95',
    label: 'The inbox with 100,000 opportunities, native Postgres, p95',
    bound: atMost(50),
  },
  { figure: 'inbox-embedded-p50', label: 'The same, embedded, p50' },
  { figure: 'inbox-embedded-p95', label: 'The same, embedded, p95', bound: atMost(50) },
  { figure: 'inbox-counts-postgres-p95', label: 'The counts of its tabs, native Postgres, p95' },
  { figure: 'inbox-counts-embedded-p95', label: 'The counts of its tabs, embedded, p95' },
  { figure: 'inbox-search-postgres-p95', label: 'A search of words in it, native Postgres, p95' },
  { figure: 'inbox-search-embedded-p95', label: 'A search of words in it, embedded, p95' },
  { figure: 'scale-jobs-lost', label: 'Two worker processes: jobs lost', bound: atMost(0) },
  { figure: 'scale-jobs-twice', label: 'Two worker processes: jobs done twice', bound: atMost(0) },
  { figure: 'scale-jobs-per-second', label: 'Two worker processes: jobs per second' },
  { figure: 'account-claims-doubled', label: 'Accounts claimed by 8 workers: held twice at once', bound: atMost(0) },
  { figure: 'account-claims-per-second', label: 'Accounts claimed by 8 workers: claims per second' },
  { figure: 'account-claim-p95', label: 'One claim among 8 workers, p95' },
  { figure: 'x-parsing-rate', label: 'Real answers of X read into posts' },
  { figure: 'x-parsing-memory', label: 'Memory for the largest of them' },
  { figure: 'judging-rules', label: 'Rules applied to a post' },
  { figure: 'judging-dropped', label: 'Posts put aside by rules before any model' },
  { figure: 'judging-calls', label: '1,000 posts judged: calls of the model' },
  { figure: 'judging-seconds', label: '1,000 posts judged: time' },
];

export function isMissed({ name, value }: Figure): boolean {
  const bound = GOALS.find(({ figure }) => figure === name)?.bound;
  if (!bound) return false;
  return bound.kind === 'at most' ? value > bound.value : value < bound.value;
}
