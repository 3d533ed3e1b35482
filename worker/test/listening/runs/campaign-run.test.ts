import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { changeCampaign, createRun, getCampaign, listRuns } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { startDueCampaigns } from '../../../src/listening/runs/start-due-campaigns.ts';
import { LIGHTHOUSE, runHarness } from './run-harness.ts';
import { postOf, scriptedSource } from './scripted-source.ts';

let lights: ReturnType<typeof scriptedSource>;
let nexus: Awaited<ReturnType<typeof runHarness>>;

beforeAll(async () => {
  lights = scriptedSource();
  nexus = await runHarness([lights.source]);
});
afterEach(() => {
  lights.clear();
  return nexus.forget();
});
afterAll(() => nexus.stop());

const matches = () =>
  nexus.ports.db
    .transaction()
    .execute((tx) => tx.selectFrom('matches').selectAll().where('org_id', '=', nexus.ctx.orgId).execute());

test('on a busy source every post is met once in the end, however small the limit of a run', async () => {
  lights.publish(70);
  const { id: campaignId } = await nexus.campaign({ maxPosts: 50 });
  const reasons = [];
  for (let round = 0; round < 6; round++) {
    lights.publish(round < 3 ? 33 : 0);
    reasons.push((await nexus.finish(await nexus.start({ kind: 'full', campaignId }))).endReason);
  }

  const met = (await nexus.externalIds()).toSorted();

  expect(met).toEqual(lights.ids().toSorted());
  expect(await matches()).toHaveLength(met.length);
  expect(reasons.slice(0, 3)).toEqual(['limit', 'limit', 'limit']);
  expect(reasons.at(-1)).toBe('complete');
}, 120_000);

test('a run that fails on the way leaves the next one where the last complete one got to', async () => {
  const { id: campaignId } = await nexus.campaign();
  lights.publish(5);
  await nexus.finish(await nexus.start({ kind: 'full', campaignId }));
  lights.publish(60);
  lights.failNext({}, new NexusError('upstream-refused', 'Not now.'));
  const blocked = await nexus.finish(await nexus.start({ kind: 'full', campaignId }));

  const run = await nexus.finish(await nexus.start({ kind: 'full', campaignId }));

  expect([blocked.endReason, blocked.counts.found]).toEqual(['blocked', 20]);
  expect([run.endReason, run.counts.found, run.counts.fresh]).toEqual(['complete', 60, 40]);
});

test('a post dated tomorrow does not hide those of today', async () => {
  const { id: campaignId } = await nexus.campaign();
  lights.failNext({ hits: [postOf(5_000_000), postOf(1)], nextCursor: null });
  await nexus.finish(await nexus.start({ kind: 'full', campaignId }));

  await nexus.finish(await nexus.start({ kind: 'full', campaignId }));

  expect(lights.asked.at(-1)?.since?.externalId).toBe('1');
});

test('a stretch whose cursor is taken no more is tried three times and said to be lost; what is new is read all the same', async () => {
  const { id: campaignId } = await nexus.campaign({ maxPosts: 20 });
  lights.publish(60);
  await nexus.finish(await nexus.start({ kind: 'full', campaignId }));
  await changeCampaign(nexus.ctx, { campaignId, maxPosts: 500 });
  const refused = async () => {
    lights.failNext({ nextCursor: null }, new NexusError('upstream-refused', 'This cursor is too old.'));
    return nexus.finish(await nexus.start({ kind: 'full', campaignId }));
  };

  const runs = [await refused(), await refused(), await refused()];
  const after = await nexus.finish(await nexus.start({ kind: 'full', campaignId }));

  expect(runs.map(({ state, endReason }) => [state, endReason])).toEqual(runs.map(() => ['done', 'stalled']));
  expect(runs.map(({ problem }) => problem?.detail)).toEqual([
    expect.stringContaining('is tried again by the next run: This cursor is too old.'),
    expect.stringContaining('is tried again by the next run: This cursor is too old.'),
    expect.stringContaining('cannot be read any more: This cursor is too old.'),
  ]);
  expect(after.endReason).toBe('complete');
});

test('rules put posts aside and say why; changed rules bring back what nobody judged', async () => {
  const exclude = { ...LIGHTHOUSE, exclude: ['ship number 1'] };
  const { id: campaignId } = await nexus.campaign({ query: exclude, maxPosts: 20 });
  lights.failNext({ hits: [postOf(1), postOf(2)], nextCursor: null });
  const run = await nexus.finish(await nexus.start({ kind: 'full', campaignId }));
  expect(run.counts).toMatchObject({ found: 2, dropped: 1, droppedBy: { 'excluded-word': 1 } });
  expect((await matches()).map(({ state }) => state).toSorted()).toEqual(['dropped', 'found']);

  await changeCampaign(nexus.ctx, { campaignId, query: LIGHTHOUSE });
  lights.failNext({ hits: [postOf(1), postOf(2)], nextCursor: null });
  const again = await nexus.finish(await nexus.start({ kind: 'full', campaignId }));

  const now = await matches();
  expect(now.map(({ state }) => state)).toEqual(['found', 'found']);
  // The one nobody judged is this run's as well.
  expect(now.map(({ run_id }) => run_id)).toEqual([again.id, again.id]);
});

test('a campaign has one run at a time, whoever asks', async () => {
  const { id: campaignId } = await nexus.campaign();

  const answers = await Promise.allSettled([1, 2, 3].map(() => createRun(nexus.ctx, { kind: 'full', campaignId })));

  expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
  const refused = answers.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  expect(refused.reason).toMatchObject({ code: 'conflict' });
});

test('a due campaign is started once and by its own clock, also when summer time ends', async () => {
  nexus.clock.now = new Date('2026-10-24T05:00:00Z');
  const { id: campaignId, nextRunAt } = await nexus.campaign({ cron: '30 8 * * *', timeZone: 'Europe/Berlin' });
  expect(nextRunAt).toBe('2026-10-24T06:30:00.000Z');

  nexus.clock.now = new Date('2026-10-24T06:30:10Z');
  const first = await startDueCampaigns(nexus.ports);
  const second = await startDueCampaigns(nexus.ports);

  expect([first, second]).toEqual([
    { started: 1, skipped: 0 },
    { started: 0, skipped: 0 },
  ]);
  // The night in between has an hour more.
  expect((await getCampaign(nexus.ctx, { campaignId })).nextRunAt).toBe('2026-10-25T07:30:00.000Z');
  const { runs } = await listRuns(nexus.ctx, { campaignId, limit: 10 });
  expect(runs.map(({ trigger, state }) => [trigger, state])).toEqual([['schedule', 'queued']]);
});

test('a campaign whose run is still under way is left out, and says so', async () => {
  const { id: campaignId } = await nexus.campaign({ cron: '0 * * * *' });
  await nexus.start({ kind: 'full', campaignId });
  nexus.clock.now = new Date('2026-11-21T13:00:01Z');

  const answer = await startDueCampaigns(nexus.ports);

  expect(answer).toEqual({ started: 0, skipped: 1 });
  const campaign = await getCampaign(nexus.ctx, { campaignId });
  expect([campaign.skippedAt, campaign.nextRunAt]).toEqual(['2026-11-21T13:00:01.000Z', '2026-11-21T14:00:00.000Z']);
});

test('a schedule that is none is refused beside its field', async () => {
  const attempts = ['often', '* * * * * *', '0 0 30 2 *', '61 * * * *'].map((cron) => nexus.campaign({ cron }));

  const problems = (await Promise.allSettled(attempts)).map((each) => (each as PromiseRejectedResult).reason.fields);

  expect(problems.map((fields) => Object.keys(fields))).toEqual([['cron'], ['cron'], ['cron'], ['cron']]);
});

test('a paused campaign is not started, and goes on with the next time, not with those it missed', async () => {
  const { id: campaignId } = await nexus.campaign({ cron: '0 * * * *' });
  await changeCampaign(nexus.ctx, { campaignId, isPaused: true });
  nexus.clock.now = new Date('2026-11-21T17:20:00Z');
  expect(await startDueCampaigns(nexus.ports)).toEqual({ started: 0, skipped: 0 });

  const campaign = await changeCampaign(nexus.ctx, { campaignId, isPaused: false });

  expect(campaign.nextRunAt).toBe('2026-11-21T18:00:00.000Z');
});
