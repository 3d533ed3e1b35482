import type { FoundPost } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import { byteLines } from './byte-lines.ts';
import { readLine } from './imported-post.ts';
import { readCursor } from './search-lanes.ts';
import type { SearchPage, SearchSource, SourceIo } from './search-source.ts';

/** Lines a page; a transaction each. */
const PAGE = 500;
/** The longest posts, with the ones they quote and all their media, take some 100 kB. */
const MOST_LINE_BYTES = 2_000_000;
/** A page of long lines ends here, so that it does not depend on them how much is held. */
const MOST_PAGE_BYTES = 8_000_000;
const MOST_NAMED = 10;

const Settings = z.object({
  path: z.string().min(1).max(1024).describe('Of a finished upload: JSON Lines, one post a line'),
});

const Cursor = z.object({
  /** Where to go on, in bytes. */
  byte: z.int().nonnegative(),
  lines: z.int().nonnegative(),
  bad: z.int().nonnegative(),
});

const EXPECTED =
  'Each line has to be one JSON object: a post as twscrape writes it, or {"network", "externalId", "url", "text", "author": {"handle"}, "postedAt"}';

/** Posts from a file: the project's own lines, or twscrape's output. It is read as a stream, from where the page before ended. */
export const importFile: SearchSource = {
  id: 'import',
  label: 'Import',
  description:
    'Posts from a file of JSON Lines: as twscrape writes them, or this project’s own. Lines that are no posts are named and left out.',
  network: null,
  settings: Settings,
  credentials: z.object({}),
  limits: { pageSize: PAGE, searchesBackDays: null, usdPerPost: 0 },

  async search({ cursor }, io) {
    io.signal.throwIfAborted();
    const { path } = Settings.parse(io.settings);
    const at = readCursor(Cursor, cursor) ?? { byte: 0, lines: 0, bad: 0 };
    const read = await readLines(path, at, io);
    const lines = at.lines + read.lines;
    const bad = at.bad + read.bad;
    if (read.isEnd && bad > 0 && bad === lines) throw refusal(bad, read.named);
    return {
      ...read.page,
      nextCursor: read.isEnd ? null : JSON.stringify({ byte: at.byte + read.bytes, lines, bad } satisfies typeof at),
      // Files hold the same post twice, and long stretches that are known: neither is a sign of the end.
      startsAnew: true,
      notes: notesOf(read, at, { lines, bad }),
    };
  },

  conversation: null,

  author: () => Promise.resolve(null),
};

interface ReadLines {
  readonly page: Omit<SearchPage, 'nextCursor'>;
  readonly bytes: number;
  readonly lines: number;
  readonly bad: number;
  /** The first bad ones, in words. */
  readonly named: readonly string[];
  readonly isEnd: boolean;
}

async function readLines(path: string, at: z.infer<typeof Cursor>, io: SourceIo): Promise<ReadLines> {
  const hits: FoundPost[] = [];
  const context: FoundPost[] = [];
  const named: string[] = [];
  let bytes = 0;
  let lines = 0;
  let bad = 0;
  let isEnd = true;
  for await (const { text, end } of byteLines(io.openUpload(path, at.byte), MOST_LINE_BYTES)) {
    io.signal.throwIfAborted();
    // Only a line that is there tells that there is more.
    if (hits.length + bad >= PAGE || bytes > MOST_PAGE_BYTES) {
      isEnd = false;
      break;
    }
    bytes = end;
    lines++;
    if (text?.trim() === '') continue;
    const read = text === null ? 'too long' : readLine(text.replace(/^\u{FEFF}/u, ''));
    if (typeof read === 'string') {
      bad++;
      if (at.bad + named.length < MOST_NAMED) named.push(`line ${at.lines + lines} (${read})`);
      continue;
    }
    hits.push(read.post);
    if (read.quoted) context.push(read.quoted);
  }
  const page = { hits, context, entryIds: hits.map(({ externalId }) => externalId) };
  return { page, bytes, lines, bad, named, isEnd };
}

function notesOf(
  { named, isEnd }: ReadLines,
  at: z.infer<typeof Cursor>,
  { lines, bad }: { lines: number; bad: number },
): string[] {
  const first = at.bad === 0 && named.length > 0 ? ['No posts, left out:'] : [];
  const whole = isEnd && bad > MOST_NAMED ? [`In all ${bad} of ${lines} lines.`] : [];
  return [...first, ...(named.length > 0 ? [`${named.join(', ')}.`] : []), ...whole];
}

const refusal = (bad: number, named: readonly string[]): NexusError =>
  new NexusError(
    'upstream-refused',
    `None of the ${bad} lines is a post${named.length > 0 ? `: ${named.slice(0, 3).join(', ')}` : ''}. ${EXPECTED}.`,
  );
