import { createRequire } from 'node:module';
import { NexusError } from '@nexus/shared/platform';
import { escapeText } from 'entities';

type Feedsmith = typeof import('feedsmith');

const load = createRequire(import.meta.url);
let loaded: Feedsmith | undefined;
/** Loaded by the first feed: 18 MB of memory that a worker without feeds never needs. */
const feedsmith = (): Feedsmith => (loaded ??= load('feedsmith') as Feedsmith);

// `parseFeed` is generic; called, it says what its dates are: strings.
const parseText = (text: string) => feedsmith().parseFeed(text);
type Parsed = ReturnType<typeof parseText>;
type RssItem = NonNullable<Extract<Parsed, { format: 'rss' }>['feed']['items']>[number];
type AtomEntry = NonNullable<Extract<Parsed, { format: 'atom' }>['feed']['entries']>[number];

/** As a feed gives it: anything may be missing or nonsense. */
export interface RawEntry {
  guid?: string | undefined;
  title?: string | undefined;
  enclosures: { url?: string | undefined; type?: string | undefined }[];
  link?: string | undefined;
  author?: string | undefined;
  date?: string | undefined;
  html?: string | undefined;
}

/** Reads any kind of feed into entries of one shape, in its own order. `upstream-refused` for what is no feed. */
export function parseEntries(text: string, baseUrl: string): { title?: string; link?: string; entries: RawEntry[] } {
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
            html: item.content?.encoded ?? item.description,
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
            html: item.content_html ?? plain(item.content_text ?? item.summary),
            enclosures: (item.attachments ?? []).map(({ url, mime_type }) => ({ url, type: mime_type })),
          })),
        };
    }
  } catch (error) {
    const { DetectError, MalformedError } = feedsmith();
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
  html: item.content?.encoded ?? item.description ?? item.itunes?.summary,
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
  html: markupOf(entry.content) ?? markupOf(entry.summary),
});

/** Atom's text is plain unless it says otherwise (RFC 4287, 3.1.1). */
const markupOf = (content: { type?: string; value?: string } | undefined): string | undefined =>
  /html/.test(content?.type ?? 'text') ? content?.value : plain(content?.value);

const plain = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : escapeText(text).replaceAll('\n', '<br>');
