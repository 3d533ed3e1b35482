import { afterAll, beforeAll, expect, test } from 'bun:test';
import { listRawAnswers, listRunPosts } from '@nexus/shared/listening';
import { hackernews } from '../../../src/listening/sources/hackernews.ts';
import { importFile } from '../../../src/listening/sources/import.ts';
import { rss } from '../../../src/listening/sources/rss.ts';
import { createHttp } from '../../../src/platform/http.ts';
import { feedsServer, feedsShape } from '../../loopback/feeds-server.ts';
import { hackernewsServer, hackernewsShape } from '../../loopback/hackernews-server.ts';
import { makeSourceWorld } from '../../loopback/source-world.ts';
import { importShape, tweetLine } from '../../loopback/upload.ts';
import { LIGHTHOUSE, runHarness } from '../runs/run-harness.ts';

let nexus: Awaited<ReturnType<typeof runHarness>>;
let feeds: Awaited<ReturnType<typeof feedsServer>>;
let news: Awaited<ReturnType<typeof hackernewsServer>>;

beforeAll(async () => {
  feeds = await feedsServer(makeSourceWorld(feedsShape, { hits: 12, hasQuotes: false }));
  news = await hackernewsServer(makeSourceWorld(hackernewsShape, { hits: 130, hasQuotes: false }));
  nexus = await runHarness([importFile, rss, hackernews]);
  Object.assign(nexus.ports, { http: createHttp({ allowPrivate: [feeds.host, news.host] }) });
});
afterAll(async () => {
  await nexus.stop();
  await feeds[Symbol.asyncDispose]();
  await news[Symbol.asyncDispose]();
});

const source = (id: string, settings: Record<string, unknown>) => ({ source: id, credentialId: null, settings });

test('a file of posts is imported: good lines stored with what they quote, bad ones named', async () => {
  const { hits, quoted } = makeSourceWorld(importShape, { hits: 40, hasQuotes: true });
  const lines = hits.map((post) => JSON.stringify(tweetLine(post, post.quotedExternalId ? quoted : null)));
  const path = await nexus.upload('posts.jsonl', [...lines.slice(0, 3), 'not a post', ...lines.slice(3)].join('\n'));
  const campaign = await nexus.campaign({ sources: [source('rss', feeds.settings)] });
  const runId = await nexus.start({ kind: 'import', campaignId: campaign.id, path });

  const run = await nexus.finish(runId);

  expect(run).toMatchObject({ state: 'done', endReason: 'complete', counts: { pages: 1, found: 40, context: 1 } });
  expect(run.sources[0]!.problem?.detail).toBe('No posts, left out: line 4 (no JSON).');
  expect(new Set(await nexus.externalIds()).size).toBe(41);
  await nexus.forget();
});

test('feeds and Hacker News are searched with no account; a broken feed is told and hides nothing', async () => {
  const broken = `http://${feeds.host}/gone.xml`;
  const runId = await nexus.start({
    kind: 'search',
    query: LIGHTHOUSE,
    sources: [source('rss', { feeds: [broken, `http://${feeds.host}/feed.xml`] }), source('hackernews', news.settings)],
    maxPosts: 1000,
    keepRaw: true,
  });

  const run = await nexus.finish(runId);

  expect(run.sources.map(({ source: id, found, endReason }) => [id, found, endReason])).toEqual([
    ['rss', 12, 'complete'],
    ['hackernews', 130, 'complete'],
  ]);
  expect(run.sources[0]!.problem?.detail).toContain(broken);
  const { posts } = await listRunPosts(nexus.ctx, { runId, limit: 200 });
  expect(posts.every(({ dropped }) => dropped === null)).toBe(true);
  expect(posts.find(({ post }) => post.network === 'rss')!.post.text).toContain('👩‍👩‍👧‍👦');
  const { answers } = await listRawAnswers(nexus.ctx, { runId, limit: 50 });
  expect(answers.map(({ operation }) => operation)).toContain('search_by_date');
});

test('another organisation’s file is not there', async () => {
  const path = `${crypto.randomUUID()}/uploads/${crypto.randomUUID()}/posts.jsonl`;
  const runId = await nexus.start({
    kind: 'search',
    query: LIGHTHOUSE,
    sources: [source('import', { path })],
    maxPosts: 10,
    keepRaw: false,
  });

  const run = await nexus.finish(runId);

  expect(run.sources[0]).toMatchObject({ state: 'failed', problem: { detail: expect.stringContaining('not there') } });
});
