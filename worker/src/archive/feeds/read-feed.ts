import { cutText } from '@nexus/shared/archive';
import { decodeText } from '../documents/encoding.ts';
import { parseEntries, type RawEntry } from './parse-entries.ts';

/** One entry: an episode with its sound, or an article. */
export interface FeedEntry {
  /** What the feed calls it for good; its address when it calls it nothing. */
  guid: string;
  title: string | null;
  /** Of the recording if it has one, else of the page. Absolute. */
  url: string;
  /** Of the page; null when the feed names none. */
  pageUrl: string | null;
  author: string | null;
  /** What the feed holds of the entry itself, as HTML. */
  bodyHtml: string | null;
  publishedAt: Date | null;
}

export interface ReadFeed {
  title: string | null;
  siteUrl: string | null;
  /** Newest first; entries without a date keep the feed's order behind those with one. */
  entries: FeedEntry[];
}

/** Characters; whole books are put into feeds. */
const MOST_BODY = 60_000;

/** Reads RSS 0.9 to 2.0, Atom, RDF and JSON Feed. Relative addresses are taken from `baseUrl`. `upstream-refused` for anything else. */
export function readFeed(body: Uint8Array, baseUrl: string): ReadFeed {
  const declared = /<\?xml[^>]*encoding=["']([\w-]+)["']/i.exec(
    new TextDecoder('latin1').decode(body.subarray(0, 200)),
  );
  const { text } = decodeText(body, declared?.[1]);
  const parsed = parseEntries(text, baseUrl);
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

function toEntry(raw: RawEntry, baseUrl: string): FeedEntry[] {
  // A picture beside an article is not what somebody follows a feed for.
  const sound = raw.enclosures.find(({ type, url }) => /^(audio|video)\//.test(type ?? '') || isMediaName(url));
  const pageUrl = absolute(raw.link, baseUrl);
  const url = absolute(sound?.url, baseUrl) ?? pageUrl;
  if (!url) return [];
  const date = new Date(raw.date ?? '');
  return [
    {
      guid: line(raw.guid)?.slice(0, 4096) || url,
      title: line(raw.title)?.slice(0, 500) ?? null,
      url,
      pageUrl,
      author: line(raw.author)?.slice(0, 500) ?? null,
      bodyHtml: cutText(raw.html?.trim() ?? '', MOST_BODY) || null,
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
