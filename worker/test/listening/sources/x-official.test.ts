import { expect, test } from 'bun:test';
import { CampaignQuery } from '@nexus/shared/listening';
import { xOfficial } from '../../../src/listening/sources/x-official.ts';
import { foundPost, Includes, OfficialPost } from '../../../src/listening/sources/x-official-post.ts';
import { searchAll, searchRequest, searchSourceContract, testSourceIo } from '../../contract/search-source.ts';
import { makeSourceWorld } from '../../loopback/source-world.ts';
import { xOfficialServer } from '../../loopback/x-official-server.ts';
import { xShape } from '../../loopback/x-world.ts';

searchSourceContract(xOfficial, { shape: xShape, start: xOfficialServer, hasQuotes: true, knowsAuthors: true });

const worldOf = (hits: number) => makeSourceWorld(xShape, { hits, hasQuotes: true });

test('each post that comes is paid for, quoted ones too, and nothing for an empty answer', async () => {
  await using server = await xOfficialServer(worldOf(150));
  const io = testSourceIo(xOfficial, server);

  await searchAll(xOfficial, io);
  expect(io.spentUsd()).toBeCloseTo(151 * 0.005, 6);

  await using empty = await xOfficialServer(worldOf(0));
  const idle = testSourceIo(xOfficial, empty);
  await searchAll(xOfficial, idle);
  expect(idle.spentUsd()).toBe(0);
});

test('no more posts are paid for than are wanted', async () => {
  await using server = await xOfficialServer(worldOf(150));

  await xOfficial.search(searchRequest({ limit: 25 }), testSourceIo(xOfficial, server));

  expect(server.asked()[0]!.searchParams.get('max_results')).toBe('25');
});

test('the query is written in its operators, and what came before is left out while it can be named', async () => {
  await using server = await xOfficialServer(worldOf(5));
  const io = testSourceIo(xOfficial, server);
  const query = CampaignQuery.parse({
    keywords: ['harbour fee'],
    phrases: ['out of order'],
    languages: ['en'],
    minLikes: 5,
  });
  const postedAt = new Date(io.now().getTime() - 3_600_000);

  await xOfficial.search(searchRequest({ query, since: { externalId: '2040', postedAt } }), io);
  await xOfficial.search(
    searchRequest({ query, since: { externalId: '2040', postedAt: new Date('2026-11-01T00:00:00Z') } }),
    io,
  );

  const [recent, old] = server.asked().map(({ searchParams }) => searchParams);
  expect(recent!.get('query')).toBe('((harbour fee) OR "out of order") -is:retweet lang:en');
  expect([recent!.get('since_id'), old!.get('since_id')]).toEqual(['2040', null]);
});

test('a wrong token is told with what to check', async () => {
  await using server = await xOfficialServer(worldOf(5));
  const io = testSourceIo(xOfficial, { ...server, credentials: { bearerToken: 'not the right one' } });

  await expect(xOfficial.search(searchRequest(), io)).rejects.toMatchObject({
    code: 'upstream-refused',
    detail: expect.stringContaining('bearer token'),
  });
});

test('long texts, edits, pictures and reposts', () => {
  const users = [
    { id: '1', username: 'anna', name: 'Anna' },
    { id: '2', username: 'boris', name: 'Boris' },
  ];
  const shared = { created_at: '2026-08-01T10:00:00.000Z' };
  const original = { ...shared, id: '10', author_id: '2', text: 'Cut…', note_tweet: { text: 'Whole &amp; long' } };
  const media = [{ media_key: '3_1', type: 'photo', url: 'https://pbs.example/1.jpg' }];
  const includes = Includes.parse({ users, tweets: [original], media });
  const repost = {
    ...shared,
    id: '12',
    author_id: '1',
    text: 'RT @boris: Cut…',
    referenced_tweets: [{ type: 'retweeted', id: '10' }],
  };
  const edited = {
    ...shared,
    id: '14',
    author_id: '1',
    text: 'See https://t.co/a https://t.co/b',
    edit_history_tweet_ids: ['13', '14'],
    attachments: { media_keys: ['3_1'] },
    entities: {
      urls: [
        { url: 'https://t.co/a', expanded_url: 'https://example.org/' },
        { url: 'https://t.co/b', expanded_url: 'https://x.com/anna/photo/1', media_key: '3_1' },
      ],
    },
  };

  expect(foundPost(OfficialPost.parse(repost), includes)).toMatchObject({ text: 'RT @boris: Whole & long' });
  expect(foundPost(OfficialPost.parse(edited), includes)).toMatchObject({
    externalId: '13',
    text: 'See https://example.org/',
    entities: { links: ['https://example.org/'], media: [{ kind: 'photo', url: 'https://pbs.example/1.jpg' }] },
  });
});
