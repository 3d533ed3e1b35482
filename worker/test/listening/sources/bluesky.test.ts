import { expect, test } from 'bun:test';
import { CampaignQuery } from '@nexus/shared/listening';
import { bluesky } from '../../../src/listening/sources/bluesky.ts';
import { searchAll, searchRequest, searchSourceContract, testSourceIo } from '../../contract/search-source.ts';
import { blueskyServer, blueskyShape } from '../../loopback/bluesky-server.ts';
import { makeSourceWorld } from '../../loopback/source-world.ts';

searchSourceContract(bluesky, { shape: blueskyShape, start: blueskyServer, hasQuotes: true, knowsAuthors: true });

const worldOf = (hits: number) => makeSourceWorld(blueskyShape, { hits, hasQuotes: false });

test('pages follow each other by time, because its own cursor is refused without signing in', async () => {
  await using server = await blueskyServer(worldOf(230));

  await searchAll(bluesky, testSourceIo(bluesky, server));

  expect(server.asked().map((url) => url.searchParams.has('until'))).toEqual([false, true, true]);
  expect(server.asked().some((url) => url.searchParams.has('cursor'))).toBe(false);
});

test('posts of the same moment at the end of a page are neither lost nor doubled', async () => {
  const world = worldOf(150);
  const hits = world.hits.map((post, n) =>
    n >= 90 && n < 110 ? { ...post, postedAt: world.hits[90]!.postedAt } : post,
  );
  await using server = await blueskyServer({ ...world, hits });

  const pages = await searchAll(bluesky, testSourceIo(bluesky, server));

  const ids = pages.flatMap((page) => page.hits.map(({ externalId }) => externalId));
  expect(ids.length).toBe(150);
  expect(new Set(ids).size).toBe(150);
});

test('tags, names and links are found by their bytes, behind emoji and right-to-left words', async () => {
  const [first, ...rest] = worldOf(3).hits;
  const text = '👩‍👩‍👧 שלום #Leuchtturm für @vera.bsky.social: https://light.example/ö';
  const entities = {
    hashtags: ['Leuchtturm'],
    mentions: ['vera.bsky.social'],
    links: ['https://light.example/ö'],
    media: [],
  };
  await using server = await blueskyServer({ ...worldOf(0), hits: [{ ...first!, text, entities }, ...rest] });

  const { hits } = await bluesky.search(searchRequest(), testSourceIo(bluesky, server));

  expect(hits[0]!.entities).toEqual(entities);
});

test('each kind of word is asked for as Bluesky wants it', async () => {
  await using server = await blueskyServer(worldOf(4));
  const query = CampaignQuery.parse({
    keywords: ['sea light'],
    phrases: ['keeper wanted'],
    hashtags: ['lighthouse'],
    mentions: ['vera.bsky.social'],
    follow: ['sailor.bsky.social'],
    languages: ['de'],
  });

  const pages = await searchAll(bluesky, testSourceIo(bluesky, server), { query });

  const asked = server.asked().map(({ searchParams }) => Object.fromEntries(searchParams));
  expect(asked).toMatchObject([
    { q: 'sea light', lang: 'de', sort: 'latest' },
    { q: '"keeper wanted"' },
    { q: '#lighthouse', tag: 'lighthouse' },
    { q: '@vera.bsky.social', mentions: 'vera.bsky.social' },
    { actor: 'sailor.bsky.social' },
  ]);
  expect(pages.at(-1)!.hits.every(({ author }) => author.handle === 'sailor.bsky.social')).toBe(true);
});

test('words nobody uses are passed in one go', async () => {
  await using server = await blueskyServer(worldOf(0));
  const query = CampaignQuery.parse({ keywords: Array.from({ length: 12 }, (_, n) => `word${n}`) });

  const page = await bluesky.search(searchRequest({ query }), testSourceIo(bluesky, server));

  expect(page).toMatchObject({ hits: [], entryIds: [], nextCursor: null });
  expect(server.asked().length).toBe(12);
});

test('a cursor of another source is refused with words', async () => {
  await using server = await blueskyServer(worldOf(1));

  const search = bluesky.search(searchRequest({ cursor: 'DAACCgACGdy' }), testSourceIo(bluesky, server));

  await expect(search).rejects.toMatchObject({ code: 'invalid-input' });
});

test('closed to others, an app password opens the search, with one session for all pages', async () => {
  await using server = await blueskyServer(worldOf(230));
  server.close();
  const io = testSourceIo(bluesky, { ...server, credentials: server.account });

  const pages = await searchAll(bluesky, io);

  expect(pages.flatMap((page) => page.hits).length).toBe(230);
  expect(server.asked().map(({ pathname }) => pathname.split('.').at(-1))).toEqual([
    'createSession',
    'searchPosts',
    'searchPosts',
    'searchPosts',
  ]);
  expect(io.raw.map(({ operation }) => operation)).not.toContain('createSession');
});

test('a session that was ended is begun anew, a wrong password is told', async () => {
  await using server = await blueskyServer(worldOf(3));
  const io = testSourceIo(bluesky, { ...server, credentials: server.account });
  await bluesky.search(searchRequest(), io);

  server.signOut();
  const { hits } = await bluesky.search(searchRequest(), io);
  const wrong = { ...server.account, appPassword: 'not the password' };
  const search = bluesky.search(searchRequest(), testSourceIo(bluesky, { ...server, credentials: wrong }));

  expect(hits.length).toBe(3);
  await expect(search).rejects.toMatchObject({
    code: 'upstream-refused',
    detail: expect.stringContaining('Connections'),
  });
});
