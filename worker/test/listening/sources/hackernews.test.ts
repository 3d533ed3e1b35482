import { expect, test } from 'bun:test';
import { CampaignQuery } from '@nexus/shared/listening';
import { hackernews } from '../../../src/listening/sources/hackernews.ts';
import { searchAll, searchSourceContract, testSourceIo } from '../../contract/search-source.ts';
import { hackernewsServer, hackernewsShape } from '../../loopback/hackernews-server.ts';
import { makeSourceWorld } from '../../loopback/source-world.ts';

searchSourceContract(hackernews, {
  shape: hackernewsShape,
  start: hackernewsServer,
  hasQuotes: false,
  knowsAuthors: true,
});

const worldOf = (hits: number) => makeSourceWorld(hackernewsShape, { hits, hasQuotes: false });

test('more than the thousand posts that one question gives are found', async () => {
  await using server = await hackernewsServer(worldOf(1234));

  const pages = await searchAll(hackernews, testSourceIo(hackernews, server));

  const ids = pages.flatMap((page) => page.hits.map(({ externalId }) => externalId));
  expect(new Set(ids).size).toBe(1234);
  expect(ids.length).toBe(1234);
});

test('phrases are asked for word for word, and authors by their tag', async () => {
  await using server = await hackernewsServer(worldOf(4));
  const query = CampaignQuery.parse({ phrases: ['keeper wanted'], follow: ['sailor'] });

  await searchAll(hackernews, testSourceIo(hackernews, server), { query });

  expect(server.asked().map(({ searchParams }) => Object.fromEntries(searchParams))).toMatchObject([
    { query: '"keeper wanted"', tags: '(story,comment,poll,job)' },
    { tags: '(story,comment,poll,job),author_sailor' },
  ]);
});

test('only what is newer is asked for', async () => {
  const world = worldOf(300);
  await using server = await hackernewsServer(world);

  const pages = await searchAll(hackernews, testSourceIo(hackernews, server), { since: world.hits[5]! });

  expect(pages.flatMap((page) => page.hits).length).toBe(6);
});
