import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import {
  CampaignPostsQuery,
  getCampaignStats,
  listCampaignPosts,
  readAnalyses,
  readExamples,
  removeThumb,
  setThumb,
} from '@nexus/shared/listening';
import { daysUntil } from '../../../src/listening/judging/stat-days.ts';
import { judgedCampaign, judgingWorld } from './judged-campaign.ts';

let world: Awaited<ReturnType<typeof judgingWorld>>;
beforeAll(async () => void (world = await judgingWorld()), 60_000);
afterAll(() => world.stop());

let campaign: Awaited<ReturnType<typeof judgedCampaign>>;
beforeEach(async () => void (campaign = await judgedCampaign(world)));

const list = (more: object = {}) =>
  listCampaignPosts(world.ctx, { campaignId: campaign.id, ...CampaignPostsQuery.parse(more) });

test('charts count what was found by the days of the campaign’s time zone, none left out', async () => {
  const stats = await getCampaignStats(world.ctx, { campaignId: campaign.id, days: 3 });

  expect(stats.days).toEqual([
    { day: '2026-11-19', found: 0, relevant: 0 },
    { day: '2026-11-20', found: 1, relevant: 1 },
    // Written at 23:30 of the 20th in UTC, when it is the 21st in Berlin.
    { day: '2026-11-21', found: 2, relevant: 1 },
  ]);
  expect(stats).toMatchObject({
    matched: 5,
    networks: [
      { label: 'x', count: 3 },
      { label: 'rss', count: 1 },
    ],
    intents: [
      { label: 'question', count: 2 },
      { label: 'complaint', count: 1 },
    ],
    sentiment: { negative: 1, neutral: 1, positive: 1 },
    shareOfVoice: [
      { label: 'Brewly', count: 2 },
      { label: 'Acme', count: 1 },
      { label: 'Nobody', count: 0 },
    ],
    dropped: [{ label: 'no-match', count: 1 }],
    costUsd: 0.5,
    agreement: { thumbs: 0, agreed: 0, meanUp: null, meanDown: null },
  });
});

test('a chart of old posts ends with the newest of them', () => {
  const counted = [
    { day: '2024-02-28', found: 1, relevant: 0 },
    { day: '2024-03-01', found: 2, relevant: 1 },
  ];

  const days = daysUntil(new Date('2026-11-21T12:00:00Z'), 'UTC', 3, counted);

  expect(days.map(({ day, found }) => [day, found])).toEqual([
    ['2024-02-28', 1],
    ['2024-02-29', 0],
    ['2024-03-01', 2],
  ]);
  expect(daysUntil(new Date('2026-11-21T23:30:00Z'), 'Europe/Berlin', 1, [])).toEqual([
    { day: '2026-11-22', found: 0, relevant: 0 },
  ]);
});

test('thumbs are kept with the score of then, counted for agreement, and become examples', async () => {
  const [best, second, third, dropped] = campaign.postIds as [string, string, string, string];
  const give = (postId: string, thumb: 1 | -1, note?: string) =>
    setThumb(world.ctx, { campaignId: campaign.id, postId, thumb, note });

  const given = await give(best, -1);
  await give(best, 1, 'exactly this');
  await give(second, -1);
  await give(third, -1);
  await give(dropped, 1);
  const { agreement } = await getCampaignStats(world.ctx, { campaignId: campaign.id, days: 1 });
  const examples = await world.ctx.db.transaction().execute((tx) => readExamples(tx, world.ctx.orgId, campaign.id));

  expect(given).toMatchObject({ thumb: -1, note: null, relevanceThen: 90 });
  // The one that was dropped had no score to agree with.
  expect(agreement).toEqual({ thumbs: 3, agreed: 2, meanUp: 90, meanDown: 45 });
  expect(examples).toContainEqual({ text: 'post 0', thumb: 1, note: 'exactly this' });
  expect(examples).toHaveLength(4);

  await removeThumb(world.ctx, { campaignId: campaign.id, postId: best });
  await expect(removeThumb(world.ctx, { campaignId: campaign.id, postId: best })).rejects.toMatchObject({
    code: 'not-found',
  });
  await expect(give(crypto.randomUUID(), 1)).rejects.toMatchObject({ code: 'not-found' });
});

test('a viewer gives no thumbs, and another organisation sees nothing', async () => {
  const input = { campaignId: campaign.id, postId: campaign.postIds[0]! };

  await expect(setThumb(world.viewer, { ...input, thumb: 1 })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(setThumb(world.stranger, { ...input, thumb: 1 })).rejects.toMatchObject({ code: 'not-found' });
  await expect(getCampaignStats(world.stranger, { campaignId: campaign.id, days: 3 })).rejects.toMatchObject({
    code: 'not-found',
  });
  await expect(
    listCampaignPosts(world.stranger, { campaignId: campaign.id, ...CampaignPostsQuery.parse({}) }),
  ).rejects.toMatchObject({ code: 'not-found' });
});

test('posts come with their judgements, page by page in either order, and by filter', async () => {
  const texts = async (more: object) => (await list(more)).posts.map(({ post }) => post.text);
  const paged = async (sort: string) => {
    const all: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await list({ sort, limit: 2, ...(cursor ? { cursor } : {}) });
      all.push(...page.posts.map(({ post }) => post.text));
      cursor = page.nextCursor;
    } while (cursor);
    return all;
  };

  expect((await paged('newest')).toSorted()).toEqual(['post 0', 'post 1', 'post 2', 'post 3', 'post 4']);
  expect(await paged('relevance')).toEqual(['post 0', 'post 1', 'post 2']);
  expect(await texts({ state: 'dropped' })).toEqual(['post 3']);
  expect(await texts({ intent: 'question', sort: 'relevance' })).toEqual(['post 0', 'post 1']);
  expect(await texts({ minRelevance: 60, maxRelevance: 80 })).toEqual(['post 1']);
  await setThumb(world.ctx, { campaignId: campaign.id, postId: campaign.postIds[2]!, thumb: 1 });
  const [liked] = (await list({ thumb: 'up' })).posts;
  expect(liked).toMatchObject({
    state: 'read',
    analysis: { thumb: 1, relevance: 20, judgedBy: 'offline' },
    dropped: null,
  });
  expect((await list({ state: 'dropped' })).posts[0]).toMatchObject({ dropped: { rule: 'no-match' }, analysis: null });
  await expect(list({ cursor: 'bm90' })).rejects.toMatchObject({ code: 'invalid-input' });
});

test('analyses are read by post, for this organisation alone', async () => {
  const read = (orgId: string) =>
    world.ctx.db.transaction().execute((tx) => readAnalyses(tx, orgId, campaign.id, campaign.postIds));

  expect([...(await read(world.ctx.orgId)).keys()].toSorted()).toEqual(campaign.postIds.slice(0, 3).toSorted());
  expect((await read(world.stranger.orgId)).size).toBe(0);
});
