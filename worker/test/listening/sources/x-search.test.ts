import { describe, expect, test } from 'bun:test';
import { CampaignQuery } from '@nexus/shared/listening';
import { animationKey } from '../../../src/listening/sources/x/animation-key.ts';
import { x } from '../../../src/listening/sources/x/index.ts';
import { xQueries } from '../../../src/listening/sources/x/search-x.ts';
import { conversationAll, searchAll, searchRequest, testSourceIo } from '../../contract/search-source.ts';
import { memoryPool } from '../../loopback/memory-pool.ts';
import { WORLD_NOW } from '../../loopback/source-world.ts';
import { makePosts, makeReplies } from '../../loopback/x-posts.ts';
import { type XServer, type XServerOptions, xServer } from '../../loopback/x-server.ts';
import { QUICK_PROTOCOL } from '../../loopback/x-world.ts';

const now = () => WORLD_NOW;
const wide = { window: { requests: 100_000, seconds: 900 } };
const start = (options: XServerOptions = {}) => xServer({ now, ...wide, ...options });

function ioOf(server: XServer, settings: Record<string, unknown> = {}) {
  const pool = memoryPool([{ id: 'anna' }, { id: 'boris' }], now);
  const loopback = { host: server.host, settings: { baseUrl: server.origin, ...settings }, credentials: {} };
  return testSourceIo(x, { ...loopback, io: { accounts: () => pool, storedProtocol: async () => QUICK_PROTOCOL } });
}

const query = (fields: Partial<CampaignQuery>) => CampaignQuery.parse(fields);

describe('the query in X’s words', () => {
  test('any of the words finds, all of the rest narrows', () => {
    const asked = query({
      keywords: ['harbour fee', 'Brindlemere'],
      phrases: ['out of order'],
      hashtags: ['ferry'],
      mentions: ['port_office'],
      follow: ['harbour_news'],
      exclude: ['job', 'for sale'],
      mute: ['ads_bot'],
      languages: ['en', 'pt-BR', 'he'],
      minLikes: 5,
      minReplies: 2,
      minReposts: 1,
    });

    expect(xQueries(asked)).toEqual([
      '((harbour fee) OR Brindlemere OR "out of order" OR #ferry OR @port_office OR from:harbour_news) ' +
        'min_faves:5 min_replies:2 min_retweets:1 (lang:en OR lang:pt OR lang:iw) -job -"for sale" -from:ads_bot',
    ]);
  });

  test('words that would be operators are words', () => {
    const asked = query({ keywords: ['from:me', 'this OR that', '-minus', 'naïve café', '“smart” "quotes"', '$NXS'] });

    expect(xQueries(asked)).toEqual([
      '("from:me" OR (this "OR" that) OR "-minus" OR (naïve café) OR ("smart" "quotes") OR $NXS)',
    ]);
  });

  test('what is too long for X becomes several queries, each with all that narrows', () => {
    const phrases = Array.from({ length: 30 }, (_, index) => `a rather long phrase about ship number ${index}`);
    const queries = xQueries(query({ phrases, languages: ['en'], exclude: ['job'] }));

    expect(queries.length).toBeGreaterThan(2);
    for (const each of queries) {
      expect(each.length).toBeLessThanOrEqual(480);
      expect(each).toEndWith(' lang:en -job');
    }
    for (const phrase of phrases) expect(queries.filter((each) => each.includes(`"${phrase}"`))).toHaveLength(1);
  });

  test('exclusions that leave no room for words are left to the rules', () => {
    const exclude = Array.from({ length: 100 }, (_, index) => `excluded${index}`);
    const [asked] = xQueries(query({ keywords: ['word'], exclude }));

    expect(asked!.length).toBeLessThanOrEqual(480);
    expect(asked).toStartWith('word -excluded0');
  });

  test('nothing to search for is refused', () => {
    expect(() => xQueries(query({ languages: ['en'] }))).toThrow('Name at least one');
  });
});

test('a query in several parts is read to the end of each, also where X hands out cursors beyond the end', async () => {
  await using server = await start({
    end: 'empty-pages',
    posts: 30,
    matches: (asked, { text }) => text.includes(asked.includes('ship number 0 ') ? 'Post 1' : 'Post 2'),
  });
  const phrases = Array.from(
    { length: 12 },
    (_, index) => `a rather long phrase about ship number ${index} ${'x'.repeat(20)}`,
  );
  const io = ioOf(server);

  const ids: string[] = [];
  let cursor: string | null = null;
  let empty = 0;
  while (empty < 3) {
    const page = await x.search(searchRequest({ query: query({ phrases }), cursor }), io);
    empty = page.hits.length === 0 ? empty + 1 : 0;
    ids.push(...page.hits.map(({ externalId }) => externalId));
    cursor = page.nextCursor;
    if (cursor === null) break;
  }

  expect(new Set(ids).size).toBe(22);
  expect(new Set(server.calls.map(({ variables }) => variables.rawQuery)).size).toBe(2);
});

test('what was written while it pages moves nothing, and the next search brings just that', async () => {
  await using server = await start({ posts: 45 });
  const before = server.posts().map(({ id }) => id);
  const io = ioOf(server);
  const first = await x.search(searchRequest(), io);
  const later = makePosts(5, { from: new Date(WORLD_NOW.getTime() + 60_000), secondsApart: 1, quoteEvery: 0 });
  server.add(...later);

  const rest = await searchAll(x, io, { cursor: first.nextCursor });
  const newest = first.hits[0]!;
  const next = await searchAll(x, io, { since: newest });

  expect([first, ...rest].flatMap(({ hits }) => hits.map(({ externalId }) => externalId))).toEqual(before);
  expect(next.flatMap(({ hits }) => hits.map(({ externalId }) => externalId))).toEqual(later.map(({ id }) => id));
  expect(server.calls.at(-1)!.variables.rawQuery).toContain(`since_id:${newest.externalId}`);
});

test('a query of one’s own goes to X word for word, in the tab that is wanted', async () => {
  await using server = await start();

  await x.search(searchRequest({ product: 'Top' }), ioOf(server, { rawQuery: 'near:Brindlemere filter:links' }));

  expect(server.calls[0]!.variables).toMatchObject({
    rawQuery: 'near:Brindlemere filter:links',
    product: 'Top',
    count: 20,
    querySource: 'typed_query',
  });
});

test('cookies are sent to X and to this machine, nowhere else', () => {
  for (const baseUrl of [
    'https://x.com.evil.example',
    'https://evil.example',
    'http://10.0.0.8',
    'http://127.0.0.1:80@evil.example',
  ]) {
    expect(x.settings.safeParse({ baseUrl }).success).toBe(false);
  }
  expect(x.settings.parse({})).toMatchObject({ baseUrl: 'https://x.com' });
});

test('a thread of 5,000 answers is read whole, every one once, with what is behind "Show replies"', async () => {
  const [root] = makePosts(1, { from: WORLD_NOW, quoteEvery: 0 });
  const replies = makeReplies(root!, 5000);
  await using server = await start({ posts: [root!], threads: [{ root: root!, replies }] });
  const io = ioOf(server);
  const { hits } = await x.search(searchRequest(), io);

  const { posts, missing } = await conversationAll(x, io, hits[0]!);

  expect(posts.length).toBe(5001);
  expect(new Set(posts.map(({ externalId }) => externalId)).size).toBe(5001);
  expect(missing).toEqual([]);
});

test('a conversation whose first post is gone is read around what was found', async () => {
  const [root] = makePosts(1, { from: WORLD_NOW, quoteEvery: 0 });
  const replies = makeReplies(root!, 10);
  await using server = await start({ posts: [root!], threads: [{ root: root!, replies }] });
  const io = ioOf(server);
  const found = await x.post!(replies[1]!.id, io);
  server.remove(root!.id);

  const { posts, missing } = await conversationAll(x, io, found!);

  expect(posts.map(({ externalId }) => externalId)).toEqual(replies.slice(0, 5).map(({ id }) => id));
  expect(missing).toEqual([root!.id]);
  expect(await x.post!(root!.id, io)).toBeNull();
});

test('the state of the loading animation is the one another implementation finds', () => {
  const row = [92, 105, 118, 131, 144, 157, 170, 183, 196, 209, 222];

  expect(animationKey(row, 810)).toBe('626f7c0c51eb851eb8520a3d70a3d70a3d80a3d70a3d70a3d80c51eb851eb85200');
  expect(animationKey(row, 100)).toBe('5d6a7710147ae147ae147b0147ae147ae147b100');
});
