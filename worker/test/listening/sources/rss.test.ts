import { expect, test } from 'bun:test';
import { rss } from '../../../src/listening/sources/rss.ts';
import { searchAll, searchRequest, searchSourceContract, testSourceIo } from '../../contract/search-source.ts';
import { feedsServer, feedsShape } from '../../loopback/feeds-server.ts';
import { makeSourceWorld } from '../../loopback/source-world.ts';

searchSourceContract(rss, {
  shape: feedsShape,
  start: feedsServer,
  hits: 205,
  hasQuotes: false,
  // A page where a feed was is no feed; there is no other shape of one.
  never: ['change'],
  knowsAuthors: false,
});

const start = (hits: number) => feedsServer(makeSourceWorld(feedsShape, { hits, hasQuotes: false }));

test('a feed that fails is told and does not hide the others', async () => {
  await using server = await start(3);
  const origin = `http://${server.host}`;
  const feeds = [`${origin}/gone.xml`, `${origin}/empty.xml`, `${origin}/feed.xml`, `${origin}/page`];

  const pages = await searchAll(rss, testSourceIo(rss, { ...server, settings: { feeds } }));

  expect(pages.flatMap(({ hits }) => hits).length).toBe(3);
  expect(pages.flatMap(({ notes = [] }) => notes)).toEqual([
    expect.stringMatching(/gone\.xml: .*404/),
    expect.stringMatching(/page: .*names no feed/),
  ]);
});

test('when all feeds fail, so does the search', async () => {
  await using server = await start(3);
  const feeds = [`http://${server.host}/gone.xml`, `http://${server.host}/page`];

  const search = rss.search(searchRequest(), testSourceIo(rss, { ...server, settings: { feeds } }));

  await expect(search).rejects.toMatchObject({ code: 'upstream-refused' });
});

test('an address inside the own network is refused as everywhere', async () => {
  await using server = await start(1);
  const settings = { feeds: ['http://127.0.0.1:9/feed.xml'] };

  const search = rss.search(searchRequest(), testSourceIo(rss, { ...server, settings }));

  await expect(search).rejects.toMatchObject({ code: 'address-refused' });
});
