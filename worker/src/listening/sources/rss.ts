import type { FoundPost } from '@nexus/shared/listening';
import { isProblem, type NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type { FeedEntry, ReadFeed } from '../../archive/feeds/read-feed.ts';
import { fetchFeed } from '../../archive/feeds/fetch-feed.ts';
import { withReason } from './ask-json.ts';
import { plainWords } from './plain-words.ts';
import { readCursor } from './search-lanes.ts';
import type { SearchPage, SearchSource, SourceIo } from './search-source.ts';

const PAGE = 200;
const Settings = z.object({
  feeds: z
    .array(z.url({ protocol: /^https?$/ }))
    .min(1)
    .max(100)
    .describe('Addresses of RSS, Atom or JSON feeds, or of pages that name one'),
});

/** Which feed is next, after which of its entries, and how the ones before went. */
const Cursor = z.object({ feed: z.int().nonnegative(), after: z.string().nullable(), read: z.int().nonnegative() });
type Cursor = z.infer<typeof Cursor>;

/** What feeds hold; the rules keep what the campaign looks for. Feeds have no "since": an entry may turn up days after its date. */
export const rss: SearchSource = {
  id: 'rss',
  label: 'RSS and Atom',
  description:
    'All entries of the feeds you name, as long as the feeds hold them: blogs, news, forums, search alerts. No key, no conversations; the words of the campaign are looked for here.',
  network: 'rss',
  settings: Settings,
  credentials: z.object({}),
  limits: { pageSize: PAGE, searchesBackDays: null, usdPerPost: 0 },

  async search({ cursor }, io) {
    const { feeds } = Settings.parse(io.settings);
    const at = readCursor(Cursor, cursor) ?? { feed: 0, after: null, read: 0 };
    const notes: string[] = [];
    let failure: NexusError | null = null;
    // Feeds without an entry, and broken ones, are passed in one go.
    for (let feed = at.feed; feed < feeds.length; feed++) {
      const address = feeds[feed]!;
      const after = feed === at.feed ? at.after : null;
      const read = await readOrFailure(address, io);
      if (!('entries' in read)) {
        // In the middle of a feed the rest of it is worth waiting for.
        if (after !== null && read.mayRetry) throw read;
        failure = read;
        notes.push(`${address}: ${read.detail}`);
        continue;
      }
      if (after === null) at.read++;
      const { hits, next } = pageOf(read, after, new URL(address), io.now());
      if (hits.length > 0) return toPage({ hits, notes, next, at, feed, feeds: feeds.length });
    }
    if (at.read === 0 && failure) throw failure;
    return { hits: [], context: [], entryIds: [], nextCursor: null, notes };
  },

  conversation: null,

  author: () => Promise.resolve(null),
};

interface Read {
  readonly hits: readonly FoundPost[];
  readonly notes: readonly string[];
  readonly next: string | null;
  readonly at: Cursor;
  readonly feed: number;
  readonly feeds: number;
}

function toPage({ hits, notes, next, at, feed, feeds }: Read): SearchPage {
  const following: Cursor | null =
    next !== null
      ? { feed, after: next, read: at.read }
      : feed + 1 < feeds
        ? { feed: feed + 1, after: null, read: at.read }
        : null;
  return {
    hits,
    context: [],
    entryIds: hits.map(({ externalId }) => externalId),
    nextCursor: following && JSON.stringify(following),
    startsAnew: at.after === null || feed !== at.feed,
    notes,
  };
}

/** One feed that is broken does not hide the others. */
async function readOrFailure(url: string, io: SourceIo): Promise<ReadFeed | NexusError> {
  try {
    const asked = { url, etag: null, lastModified: null };
    const { feed } = await withReason(io, () => fetchFeed(io.http, asked, io.signal));
    return feed ?? { title: null, siteUrl: null, entries: [] };
  } catch (error) {
    if (io.signal.aborted) throw error;
    if (!isProblem(error)) throw error;
    return error;
  }
}

function pageOf(
  { entries, title, siteUrl }: ReadFeed,
  after: string | null,
  address: URL,
  now: Date,
): { hits: FoundPost[]; next: string | null } {
  const last = after === null ? -1 : entries.findIndex(({ guid }) => guid === after);
  // An entry that has left its feed takes those behind it along.
  const start = after !== null && last < 0 ? entries.length : last + 1;
  const page = entries.slice(start, start + PAGE);
  const site = siteUrl ? new URL(siteUrl).host : address.host;
  return {
    hits: page.map((entry) => toPost(entry, { site, title, now })),
    next: start + PAGE < entries.length ? (page.at(-1)?.guid ?? null) : null,
  };
}

function toPost(entry: FeedEntry, { site, title, now }: { site: string; title: string | null; now: Date }): FoundPost {
  const words = plainWords(entry.bodyHtml ?? '');
  const isTold = entry.title !== null && words.text.startsWith(entry.title);
  // Numbers and names are a feed's own; only what is an address is known everywhere.
  const externalId = /^[a-z][a-z\d+.-]*:/i.test(entry.guid) ? entry.guid : `${site}/${entry.guid}`;
  const name = entry.author ?? title ?? site;
  const url = entry.pageUrl ?? entry.url;
  return {
    network: 'rss',
    externalId,
    url,
    text: [isTold ? null : entry.title, words.text].filter(Boolean).join('\n\n'),
    language: null,
    author: {
      externalId: `${site}/${name}`,
      handle: name.replace(/^@+/, '') || site,
      name,
      url: `https://${site}`,
      bio: null,
      avatarUrl: null,
      followers: null,
      isVerified: null,
    },
    postedAt: entry.publishedAt ?? now,
    editedAt: null,
    conversationExternalId: externalId,
    replyToExternalId: null,
    quotedExternalId: null,
    engagement: { likes: null, replies: null, reposts: null, quotes: null, views: null },
    entities: {
      hashtags: [],
      mentions: [],
      links: [...new Set([url, ...words.links])],
      media: entry.url === url ? [] : [{ kind: 'link', url: entry.url }],
    },
  };
}
