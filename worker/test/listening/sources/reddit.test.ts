import { expect, test } from 'bun:test';
import { CampaignQuery } from '@nexus/shared/listening';
import { questionsOf, reddit } from '../../../src/listening/sources/reddit.ts';
import {
  conversationAll,
  searchAll,
  searchRequest,
  searchSourceContract,
  testSourceIo,
} from '../../contract/search-source.ts';
import { redditServer, redditShape } from '../../loopback/reddit-server.ts';
import { makeSourceWorld } from '../../loopback/source-world.ts';

searchSourceContract(reddit, { shape: redditShape, start: redditServer, hasQuotes: false, knowsAuthors: true });

const worldOf = (hits: number) => makeSourceWorld(redditShape, { hits, hasQuotes: false });

test('comments that are folded away are gaps', async () => {
  const world = worldOf(2);
  await using server = await redditServer(world);
  server.foldedIds.push('abc', 'def');

  const { missing } = await conversationAll(reddit, testSourceIo(reddit, server), world.hits[0]!);

  expect(missing.toSorted()).toEqual(['t1_abc', 't1_def', world.thread.missing].toSorted());
});

test('it says who it is, and searches some subreddits alone when told', async () => {
  await using server = await redditServer(worldOf(2));
  const settings = { ...server.settings, subreddits: ['sailing', 'boats'] };

  await searchAll(reddit, testSourceIo(reddit, { ...server, settings }));

  const [{ url, userAgent } = { url: new URL('http://none'), userAgent: '' }] = server.asked();
  expect(userAgent).toContain('nexus');
  expect(url.pathname).toBe('/r/sailing+boats/search.json');
  expect(url.searchParams.get('restrict_sr')).toBe('1');
});

test('a blocked network is told with what to do', async () => {
  await using server = await redditServer(worldOf(2));
  server.failNext('refuse');

  const search = reddit.search(searchRequest(), testSourceIo(reddit, server));

  await expect(search).rejects.toMatchObject({ detail: expect.stringContaining('RSS') });
});

test('all words go into as few questions as fit', () => {
  const many = CampaignQuery.parse({ keywords: Array.from({ length: 60 }, (_, n) => `word number${n}`) });

  const questions = questionsOf(many);

  expect(questionsOf(CampaignQuery.parse({ keywords: ['sea light'], phrases: ['a "b"'], follow: ['vera'] }))).toEqual([
    '(sea AND light) OR "a  b" OR author:"vera"',
  ]);
  expect(questions.length).toBeGreaterThan(1);
  for (const question of questions) expect(question.length).toBeLessThanOrEqual(480);
  expect(questions.join(' OR ').split(' OR ').length).toBe(60);
});
