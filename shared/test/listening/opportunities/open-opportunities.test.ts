import { afterAll, beforeAll, expect, test } from 'bun:test';
import {
  followJudgements,
  getOpportunity,
  listOpportunities,
  openOpportunities,
  recordOutcomes,
  revalueOpportunities,
} from '@nexus/shared/listening';
import { type JudgedOrg, judgedWorld } from './judged-world.ts';

let world: Awaited<ReturnType<typeof judgedWorld>>;
beforeAll(async () => {
  world = await judgedWorld();
});
afterAll(() => world.close());

const HOUR_MS = 3_600_000;
const NOW = new Date('2026-11-21T12:00:00Z');
const hours = (count: number) => new Date(NOW.getTime() + count * HOUR_MS);

async function begin(org: JudgedOrg, campaignId?: string) {
  const campaign = campaignId ?? (await org.campaign());
  return { campaignId: campaign, runId: await org.run(campaign) };
}

const open = (org: JudgedOrg, run: { campaignId: string; runId: string }, now = NOW) =>
  org.service
    .transaction()
    .execute((tx) =>
      openOpportunities(tx, { ...run, orgId: org.orgId, threshold: org.threshold, ownHandles: org.ownHandles }, now),
    );

test('posts judged relevant become opportunities once, however often the stage is repeated', async () => {
  const org = await world.org();
  const run = await begin(org);
  const wanted = await org.post();
  await org.judge(run, wanted);
  await org.judge(run, await org.post(), { relevance: 59 });

  const first = await open(org, run);
  const again = await open(org, run);

  expect(first).toEqual({ seen: 1, opened: 1, folded: 0 });
  expect(again).toEqual({ seen: 0, opened: 0, folded: 0 });
  const { opportunities } = await listOpportunities(await org.person('viewer'), {});
  expect(opportunities.map(({ post, state }) => [post.id, state])).toEqual([[wanted, 'new']]);
});

test('posts that are gone and posts of our own open nothing', async () => {
  const org = await world.org({ ownHandles: ['Nexus'] });
  const run = await begin(org);
  await org.judge(run, await org.post({ deletedAt: NOW }));
  await org.judge(run, await org.post({ by: 'nexus' }));

  expect(await open(org, run)).toEqual({ seen: 0, opened: 0, folded: 0 });
});

test('copies of one text are folded into the oldest, in one run and in later ones, and never twice', async () => {
  const org = await world.org();
  const run = await begin(org);
  const copy = await org.post({ foldKey: 'same', postedAt: hours(-1) });
  const original = await org.post({ foldKey: 'same', postedAt: hours(-5) });
  for (const id of [copy, original]) await org.judge(run, id);

  expect(await open(org, run)).toEqual({ seen: 2, opened: 1, folded: 1 });
  const later = await begin(org, run.campaignId);
  await org.judge(later, await org.post({ foldKey: 'same' }));
  expect(await open(org, later)).toEqual({ seen: 1, opened: 0, folded: 1 });
  expect(await open(org, later)).toEqual({ seen: 0, opened: 0, folded: 0 });

  const viewer = await org.person('viewer');
  const { opportunities } = await listOpportunities(viewer, {});
  expect(opportunities.map(({ post, foldedCount }) => [post.id, foldedCount])).toEqual([[original, 2]]);
  const detail = await getOpportunity(viewer, { opportunityId: opportunities[0]!.id });
  expect(detail.folded).toHaveLength(2);
});

test('a deadline that comes near comes first, one that passed comes last, and old posts sink', async () => {
  const org = await world.org();
  const run = await begin(org);
  const drafts = {
    near: { deadline: hours(2) },
    far: { deadline: hours(160) },
    passed: { deadline: hours(-1) },
    fresh: {},
  };
  const ids: Record<string, string> = {};
  for (const [name, draft] of Object.entries(drafts)) {
    ids[name] = await org.post({ postedAt: hours(-3) });
    await org.judge(run, ids[name], draft);
  }
  ids.old = await org.post({ postedAt: hours(-24 * 30) });
  await org.judge(run, ids.old);
  await open(org, run);

  const { opportunities } = await listOpportunities(await org.person('viewer'), {});

  const names = opportunities.map(({ post }) => Object.entries(ids).find(([, id]) => id === post.id)?.[0]);
  expect(names).toEqual(['near', 'fresh', 'far', 'old', 'passed']);
  expect(opportunities.every(({ value }) => value > 0 && value <= 100)).toBe(true);
});

test('values follow the clock: what could be answered yesterday is worth less today', async () => {
  const org = await world.org();
  const run = await begin(org);
  await org.judge(run, await org.post({ postedAt: NOW }), { deadline: hours(24) });
  await open(org, run);
  const viewer = await org.person('viewer');
  const before = (await listOpportunities(viewer, {})).opportunities[0]!;

  await org.service.transaction().execute((tx) => revalueOpportunities(tx, hours(25)));

  const after = (await listOpportunities(viewer, {})).opportunities[0]!;
  expect(after.value).toBeLessThan(before.value / 2);
  expect(await org.service.transaction().execute((tx) => revalueOpportunities(tx, hours(26)))).toBe(0);
});

test('a post judged again takes its opportunity along', async () => {
  const org = await world.org();
  const run = await begin(org);
  const post = await org.post();
  await org.judge(run, post, { relevance: 70 });
  await open(org, run);
  const later = await begin(org, run.campaignId);
  await org.judge(later, post, { relevance: 95, intent: 'buying-signal' });

  await org.service.transaction().execute((tx) => followJudgements(tx, { ...later, orgId: org.orgId }, NOW));

  const { opportunities } = await listOpportunities(await org.person('viewer'), { intent: 'buying-signal' });
  expect(opportunities).toHaveLength(1);
});

test('our reply, the author’s answer to it and its likes are outcomes, counted once', async () => {
  const org = await world.org({ ownHandles: ['Nexus'] });
  const run = await begin(org);
  const asked = await org.post({ by: 'ann' });
  await org.judge(run, asked);
  await open(org, run);
  const ours = await org.post({ by: 'nexus', answers: asked, text: 'It does, at nine.', likes: 3 });
  await org.post({ by: 'ann', answers: ours, text: 'Thank you!' });
  await org.post({ by: 'bob', answers: ours });
  const record = () =>
    org.service
      .transaction()
      .execute((tx) =>
        recordOutcomes(tx, { orgId: org.orgId, campaignId: run.campaignId, ownHandles: org.ownHandles }, NOW),
      );

  await record();
  await record();

  const viewer = await org.person('viewer');
  const [{ id, outcomeCount }] = (await listOpportunities(viewer, {})).opportunities as [never];
  const detail = await getOpportunity(viewer, { opportunityId: id });
  expect(outcomeCount as number).toBe(3);
  expect(detail.outcomes.map(({ kind }) => kind).toSorted()).toEqual(['answer', 'like', 'reply']);
  expect(detail.outcomes.find(({ kind }) => kind === 'like')?.detail.count).toBe(3);
  expect(detail.ourReplies.map(({ text }) => text)).toEqual(['It does, at nine.']);
});
