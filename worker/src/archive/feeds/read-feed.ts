import { NexusError } from '@nexus/shared/platform';
import { DetectError, MalformedError, parseFeed } from 'feedsmith';
import { decodeText } from '../documents/encoding.ts';

/** One entry: an episode with its sound, or an article. */
export interface FeedEntry {
  /** What the feed calls it for good; its address when it calls it nothing. */
  guid: string;
  title: string | null;
  /** Of the recording if it has one, else of the page. Absolute. */
  url: string;
  author: string | null;
  publishedAt: Date | null;
}

export interface ReadFeed {
  title: string | null;
  siteUrl: string | null;
  /** Newest first; entries without a date keep the feed's order behind those with one. */
  entries: FeedEntry[];
}

// `parseFeed` is generic; called, it says what its dates are: strings.
const parseText = (text: string) => parseFeed(text);
type Parsed = ReturnType<typeof parseText>;
type RssItem = NonNullable<Extract<Parsed, { format: 'rss' }>['feed']['items']>[number];
type AtomEntry = NonNullable<Extract<Parsed, { format: 'atom' }>['feed']['entries']>[number];

/** As a feed gives it: anything may be missing or nonsense. */
interface RawEntry {
  guid?: string | undefined;
  title?: string | undefined;
  enclosures: { url?: string | undefined; type?: string | undefined }[];
  link?: string | undefined;
  author?: string | undefined;
  date?: string | undefined;
}

/** Reads RSS 0.9 to 2.0, Atom, RDF and JSON Feed. Relative addresses are taken from `baseUrl`. `upstream-refused` for anything else. */
export function readFeed(body: Uint8Array, baseUrl: string): ReadFeed {
  const declared = /<\?xml[^>]*encoding=["']([\w-]+)["']/i.exec(
    new TextDecoder('latin1').decode(body.subarray(0, 200)),
  );
  const { text } = decodeText(body, declared?.[1]);
  const parsed = parse(text, baseUrl);
  const entries = parsed.entries
    .flatMap((raw) => toEntry(raw, baseUrl))
    .toSorted((a, b) => (b.publishedAt?.getTime() ?? -Infinity) - (a.publishedAt?.getTime() ?? -Infinity) || 0);
  return { title: line(parsed.title), siteUrl: absolute(parsed.link, baseUrl), entries: unique(entries) };
}

/** The address of the feed that a page names, or null. */
export function discoverFeed(body: Uint8Array, pageUrl: string): string | null {
  const { text } = decodeText(body);
  for (const [tag] of text.slice(0, 500_000).matchAll(/<link\b[^>]*>/gi)) {
    if (!/\brel=["']?[^"'>]*\balternate\b/i.test(tag)) continue;
    if (!/\btype=["']?application\/(rss|atom)\+xml|\btype=["']?application\/feed\+json/i.test(tag)) continue;
    const href = /\bhref=(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(tag);
    const address = absolute((href?.[1] ?? href?.[2] ?? href?.[3])?.replaceAll('&amp;', '&'), pageUrl);
    if (address) return address;
  }
  return null;
}

function parse(text: string, baseUrl: string): { title?: string; link?: string; entries: RawEntry[] } {
  try {
    const { format, feed } = parseText(text);
    switch (format) {
      case 'rss':
        return { title: feed.title, link: feed.link, entries: (feed.items ?? []).map(fromRss) };
      case 'atom':
        return {
          title: feed.title?.value,
          link: feed.links?.find(({ rel }) => rel === undefined || rel === 'alternate')?.href,
          entries: (feed.entries ?? []).map(fromAtom),
        };
      case 'rdf':
        return {
          title: feed.title,
          link: feed.link,
          entries: (feed.items ?? []).map((item) => ({
            title: item.title,
            link: item.link,
            date: item.dc?.dates?.[0],
            author: item.dc?.creators?.[0],
            enclosures: [],
          })),
        };
      case 'json':
        return {
          title: feed.title,
          link: feed.home_page_url,
          entries: (feed.items ?? []).map((item) => ({
            guid: item.id,
            title: item.title,
            link: item.url ?? item.external_url,
            date: item.date_published,
            author: item.authors?.[0]?.name,
            enclosures: (item.attachments ?? []).map(({ url, mime_type }) => ({ url, type: mime_type })),
          })),
        };
    }
  } catch (error) {
    if (!(error instanceof DetectError) && !(error instanceof MalformedError)) throw error;
    throw new NexusError(
      'upstream-refused',
      `${new URL(baseUrl).host} sent something that is no feed. Give the address of an RSS or Atom feed.`,
      { cause: error },
    );
  }
}

const fromRss = (item: RssItem): RawEntry => ({
  guid: item.guid?.value,
  title: item.title ?? item.itunes?.title,
  enclosures: (item.enclosures ?? []).map((enclosure) => ({ url: enclosure?.url, type: enclosure?.type })),
  link: item.link ?? (/^https?:/i.test(item.guid?.value ?? '') ? item.guid?.value : undefined),
  author: item.itunes?.author ?? item.dc?.creators?.[0] ?? undefined,
  date: item.pubDate ?? item.dc?.dates?.[0],
});

const fromAtom = (entry: AtomEntry): RawEntry => ({
  guid: entry.id,
  title: entry.title?.value,
  enclosures: (entry.links ?? [])
    .filter((link) => link?.rel === 'enclosure')
    .map((link) => ({ url: link?.href, type: link?.type })),
  link: entry.links?.find((link) => link?.rel === undefined || link.rel === 'alternate')?.href,
  author: entry.authors?.[0]?.name,
  date: entry.published ?? entry.updated,
});

function toEntry(raw: RawEntry, baseUrl: string): FeedEntry[] {
  // A picture beside an article is not what somebody follows a feed for.
  const sound = raw.enclosures.find(({ type, url }) => /^(audio|video)\//.test(type ?? '') || isMediaName(url));
  const url = absolute(sound?.url, baseUrl) ?? absolute(raw.link, baseUrl);
  if (!url) return [];
  const date = new Date(raw.date ?? '');
  return [
    {
      guid: line(raw.guid)?.slice(0, 4096) || url,
      title: line(raw.title)?.slice(0, 500) ?? null,
      url,
      author: line(raw.author)?.slice(0, 500) ?? null,
      publishedAt: Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1970 ? null : date,
    },
  ];
}

const isMediaName = (url: string | undefined): boolean =>
  /\.(mp3|m4a|ogg|opus|aac|wav|flac|mp4|m4v|webm)(\?|$)/i.test(url ?? '');

/** Null for what is no web address. */
function absolute(address: string | undefined, base: string): string | null {
  const url = address?.trim() ? URL.parse(address.trim(), base) : null;
  return url && /^https?:$/.test(url.protocol) && url.href.length <= 4096 ? url.href : null;
}

/** Titles hold line breaks, tags and control characters; none of them says anything. */
function line(text: string | undefined): string | null {
  const plain = text
    ?.toWellFormed()
    .replaceAll(/<\/?[a-z][^>]*>/gi, ' ')
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u001f\u007f\s]+/g, ' ')
    .trim();
  return plain || null;
}

/** A feed that names two entries alike means one. */
function unique(entries: readonly FeedEntry[]): FeedEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ guid }) => !seen.has(guid) && seen.add(guid));
}
