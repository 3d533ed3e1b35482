import { NexusError } from '@nexus/shared/platform';
import type { Http } from '../../platform/http.ts';
import { statusFailure } from '../../platform/http-failure.ts';
import { discoverFeed, readFeed, type ReadFeed } from './read-feed.ts';

/** The longest podcasts list a few thousand episodes in about 10 MB. */
const MOST_BYTES = 30e6;
const ACCEPT =
  'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.5';

export interface FeedAddress {
  url: string;
  etag: string | null;
  lastModified: string | null;
}

/** `feed` is null when the server says that nothing is new. `address` is where the feed was found in the end. */
export interface FetchedFeed {
  feed: ReadFeed | null;
  address: FeedAddress;
}

/** Asks for a feed, or for the one that a page names. Fails as `Http` does, and with `upstream-refused` for what is no feed. */
export async function fetchFeed(http: Http, known: FeedAddress, signal: AbortSignal): Promise<FetchedFeed> {
  const first = await ask(http, known, signal);
  if (first.status === 304) return { feed: null, address: known };
  if (!isPage(first)) return { feed: readFeed(first.body, first.finalUrl), address: validatorsOf(known.url, first) };

  const found = discoverFeed(first.body, first.finalUrl);
  if (!found)
    throw new NexusError(
      'upstream-refused',
      `${new URL(known.url).host} sent a page that names no feed. Give the address of the feed itself.`,
    );
  const second = await ask(http, { url: found, etag: null, lastModified: null }, signal);
  return { feed: readFeed(second.body, second.finalUrl), address: validatorsOf(found, second) };
}

type Answer = Awaited<ReturnType<Http['get']>>;

async function ask(http: Http, { url, etag, lastModified }: FeedAddress, signal: AbortSignal): Promise<Answer> {
  const answer = await http.get(url, {
    signal,
    maxBytes: MOST_BYTES,
    timeoutSeconds: 120,
    headers: {
      accept: ACCEPT,
      ...(etag && { 'if-none-match': etag }),
      ...(lastModified && { 'if-modified-since': lastModified }),
    },
  });
  const isUnchanged = answer.status === 304 && (etag !== null || lastModified !== null);
  const failure = isUnchanged ? null : statusFailure(answer.status, new URL(url), answer.headers['retry-after']);
  if (failure) throw failure;
  return answer;
}

/** By its beginning: pages are often served as feeds, and feeds as pages. */
function isPage({ body }: Answer): boolean {
  const beginning = new TextDecoder('latin1').decode(body.subarray(0, 1000));
  return /<!doctype html|<html[\s>]/i.test(beginning);
}

const validatorsOf = (url: string, { headers }: Answer): FeedAddress => ({
  url,
  etag: headers.etag ?? null,
  lastModified: headers['last-modified'] ?? null,
});
