import { expect, test } from 'bun:test';
import { CampaignQuery } from '@nexus/shared/listening';
import { isProblem } from '@nexus/shared/platform';
import { bluesky } from '../../../src/listening/sources/bluesky.ts';
import { hackernews } from '../../../src/listening/sources/hackernews.ts';
import { importFile } from '../../../src/listening/sources/import.ts';
import { mastodon } from '../../../src/listening/sources/mastodon.ts';
import { reddit } from '../../../src/listening/sources/reddit.ts';
import type { SearchSource } from '../../../src/listening/sources/search-source.ts';
import { expectSane, searchRequest, testSourceIo } from '../../contract/search-source.ts';
import { blueskyServer, blueskyShape } from '../../loopback/bluesky-server.ts';
import { hackernewsServer, hackernewsShape } from '../../loopback/hackernews-server.ts';
import { mastodonServer } from '../../loopback/mastodon-server.ts';
import { redditServer, redditShape } from '../../loopback/reddit-server.ts';
import { makeSourceWorld, type SourceLoopback, type SourceWorld } from '../../loopback/source-world.ts';
import { importShape, tweetLine, uploadOf } from '../../loopback/upload.ts';

const ROUNDS = 120;
// prettier-ignore
const JUNK: unknown[] = [
  null, 0, -1, 1e300, '', 'x', '\0', '\ud800', true, [], {}, [null], { $type: 'x' }, 'https://[', 'javascript:1',
  '2026-99-99T00:00:00Z', '0000-01-01T00:00:00Z',
];

/** The same numbers each time (mulberry32). */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** JSON with one to three of its values put out or made into something else. */
function spoil(json: string, next: (below: number) => number): string {
  const root: unknown = JSON.parse(json);
  const places: [Record<string, unknown>, string][] = [];
  const open = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const holder = value as Record<string, unknown>;
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      open.push(holder[key]);
    }
  }
  for (let spoilt = 0; spoilt <= next(3); spoilt++) {
    const [holder, key] = places[next(places.length)]!;
    if (next(3) === 0) Reflect.deleteProperty(holder, key);
    else holder[key] = JUNK[next(JUNK.length)];
  }
  return JSON.stringify(root);
}

async function ask(source: SearchSource, loopback: SourceLoopback, world: SourceWorld, query: object, seed: number) {
  const next = sequence(seed);
  const io = testSourceIo(source, loopback);
  const http: typeof io.http = {
    ...io.http,
    get: async (url, options) => {
      const answer = await io.http.get(url, options);
      return { ...answer, body: new TextEncoder().encode(spoil(new TextDecoder().decode(answer.body), next)) };
    },
  };
  const spoilt = { ...io, http };
  const [hit] = world.hits;
  switch (seed % 4) {
    case 0: {
      const request = searchRequest({ query: CampaignQuery.parse({ keywords: ['lighthouse'], ...query }) });
      return (await source.search(request, spoilt)).hits;
    }
    case 1:
      return (await source.conversation!({ post: world.thread.posts[2]!, cursor: null }, spoilt)).posts;
    case 2:
      return [await source.post!(hit!.externalId, spoilt)];
    default:
      await source.author(hit!.author.handle, spoilt);
      return [];
  }
}

const far = await mastodonServer();
const NETWORKS = [
  { source: bluesky, shape: blueskyShape, start: blueskyServer, query: {} },
  { source: hackernews, shape: hackernewsShape, start: hackernewsServer, query: {} },
  { source: reddit, shape: redditShape, start: redditServer, query: {} },
  {
    source: mastodon,
    shape: far.shape,
    start: async (world: SourceWorld) => ({
      ...far.serve(world, 'none'),
      [Symbol.asyncDispose]: () => far[Symbol.asyncDispose](),
    }),
    query: { keywords: [], hashtags: ['lighthouse'] },
  },
];

for (const { source, shape, start, query } of NETWORKS) {
  test(`${source.id}: whatever is wrong with an answer, it is read rightly or told as changed`, async () => {
    const world = makeSourceWorld(shape, { hits: 4, hasQuotes: true });
    await using loopback = await start(world);
    const met = { read: 0, changed: 0 };

    for (let seed = 0; seed < ROUNDS; seed++) {
      try {
        for (const post of await ask(source, loopback, world, query, seed)) if (post) expectSane(post);
        met.read++;
      } catch (error) {
        if (!isProblem(error, 'upstream-changed')) throw error;
        met.changed++;
      }
    }

    expect(met.read).toBeGreaterThan(0);
    expect(met.changed).toBeGreaterThan(0);
  });
}

test('import: whatever is wrong with a line, it is read rightly or refused', async () => {
  const { hits, quoted } = makeSourceWorld(importShape, { hits: 2, hasQuotes: true });
  const line = JSON.stringify(tweetLine(hits[1]!, quoted));

  for (let seed = 0; seed < ROUNDS; seed++) {
    const io = testSourceIo(importFile, uploadOf(spoil(line, sequence(seed))));
    try {
      for (const post of (await importFile.search(searchRequest(), io)).hits) expectSane(post);
    } catch (error) {
      if (!isProblem(error, 'upstream-refused')) throw error;
    }
  }
});
