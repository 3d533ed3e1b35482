import { afterAll, beforeAll, expect, test } from 'bun:test';
import {
  actOnOpportunity,
  addOpportunityNote,
  changeOpportunities,
  changeOpportunity,
  checkOpportunity,
  countOpportunities,
  getOpportunity,
  listOpportunities,
  type Opportunity,
  openOpportunities,
  restoreOpportunity,
  wakeOpportunities,
} from '@nexus/shared/listening';
import type { Context } from '@nexus/shared/platform';
import { type DraftPost, judgedWorld } from './judged-world.ts';

let world: Awaited<ReturnType<typeof judgedWorld>>;
beforeAll(async () => {
  world = await judgedWorld();
});
afterAll(() => world.close());

/** An organisation with one opportunity for each post, in the order of their value. */
async function inbox(...posts: DraftPost[]) {
  const org = await world.org();
  const campaignId = await org.campaign();
  const run = { campaignId, runId: await org.run(campaignId) };
  for (const [index, post] of posts.entries()) await org.judge(run, await org.post(post), { relevance: 99 - index });
  await org.service
    .transaction()
    .execute((tx) => openOpportunities(tx, { ...run, orgId: org.orgId, threshold: 60, ownHandles: [] }, new Date()));
  const ctx = await org.person('member');
  const { opportunities } = await listOpportunities(ctx, {});
  return { org, ctx, campaignId, opportunities, one: opportunities[0]! };
}

const read = (ctx: Context, { id }: Opportunity) => getOpportunity(ctx, { opportunityId: id });
const change = (ctx: Context, { id }: Opportunity, what: Parameters<typeof changeOpportunity>[1]['change']) =>
  changeOpportunity(ctx, { opportunityId: id, change: what });

test('a draft makes a new one drafted, and an empty draft makes it new again', async () => {
  const { ctx, one } = await inbox({});

  expect((await change(ctx, one, { draft: 'It does, at nine.' })).state).toBe('drafted');
  expect(await change(ctx, one, { draft: '' })).toMatchObject({ state: 'new', draft: null });
});

test('dismissing needs a reason and snoozing a time to come', async () => {
  const { ctx, one } = await inbox({});
  const past = new Date(Date.now() - 1000).toISOString();

  await expect(change(ctx, one, { state: 'dismissed' })).rejects.toMatchObject({
    code: 'invalid-input',
    fields: { dismissedReason: expect.anything() },
  });
  await expect(change(ctx, one, { state: 'snoozed', snoozedUntil: past })).rejects.toMatchObject({
    fields: { snoozedUntil: expect.anything() },
  });
  expect((await read(ctx, one)).state).toBe('new');
});

test('what is closed is opened again before anything else is done with it', async () => {
  const { ctx, one } = await inbox({});
  await change(ctx, one, { state: 'done' });

  const later = new Date(Date.now() + 60_000).toISOString();

  await expect(change(ctx, one, { state: 'snoozed', snoozedUntil: later })).rejects.toMatchObject({ code: 'conflict' });
  expect((await change(ctx, one, { state: 'new' })).state).toBe('new');
});

test('undo goes back once, with what belonged to it', async () => {
  const { ctx, one } = await inbox({});
  await change(ctx, one, { draft: 'Words' });
  await change(ctx, one, { state: 'dismissed', dismissedReason: 'Spam' });

  const restored = await restoreOpportunity(ctx, { opportunityId: one.id });

  expect(restored).toMatchObject({ state: 'drafted', draft: 'Words', dismissedReason: null, stateBefore: null });
  await expect(restoreOpportunity(ctx, { opportunityId: one.id })).rejects.toMatchObject({ code: 'conflict' });
});

test('a snoozed one comes back as it was when its time has come, also after a detour', async () => {
  const { org, ctx, one } = await inbox({});
  const soon = new Date(Date.now() + 60_000);
  await change(ctx, one, { draft: 'Words' });
  await change(ctx, one, { state: 'snoozed', snoozedUntil: soon.toISOString() });
  await change(ctx, one, { state: 'done' });
  expect(await restoreOpportunity(ctx, { opportunityId: one.id })).toMatchObject({
    state: 'snoozed',
    snoozedUntil: soon.toISOString(),
  });

  await org.service.transaction().execute((tx) => wakeOpportunities(tx, new Date()));
  expect((await read(ctx, one)).state).toBe('snoozed');
  await org.service.transaction().execute((tx) => wakeOpportunities(tx, new Date(soon.getTime() + 1)));

  expect(await read(ctx, one)).toMatchObject({ state: 'drafted', snoozedUntil: null });
});

test('only members who may write are made responsible', async () => {
  const { org, ctx, one } = await inbox({});
  const viewer = await org.person('viewer');
  const colleague = await org.person('member');

  await expect(change(ctx, one, { assigneeId: viewer.actor.userId })).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(change(ctx, one, { assigneeId: crypto.randomUUID() })).rejects.toMatchObject({ code: 'invalid-input' });
  await change(ctx, one, { assigneeId: colleague.actor.userId });

  const mine = await listOpportunities(ctx, { assignee: colleague.actor.userId! });
  expect(mine.opportunities.map(({ id }) => id)).toEqual([one.id]);
  expect((await listOpportunities(ctx, { assignee: 'none' })).opportunities).toEqual([]);
});

test('nobody acts before the post was looked for, and on one that is gone only by saying so', async () => {
  const { org, ctx, one } = await inbox({});
  const act = (anyway = false) =>
    actOnOpportunity(ctx, { opportunityId: one.id, how: 'copied', text: 'It does.', anyway });
  const seen = (post_state: string, post_checked_at = new Date()) =>
    org.service
      .transaction()
      .execute((tx) =>
        tx.updateTable('opportunities').set({ post_state, post_checked_at }).where('id', '=', one.id).execute(),
      );

  await expect(act()).rejects.toMatchObject({ code: 'conflict', detail: expect.stringContaining('Check it first') });
  await seen('present', new Date(Date.now() - 6 * 60_000));
  await expect(act()).rejects.toMatchObject({ code: 'conflict' });
  await seen('gone');
  await expect(act()).rejects.toMatchObject({ detail: expect.stringContaining('gone') });
  expect(await act(true)).toMatchObject({ state: 'waiting' });
  await restoreOpportunity(ctx, { opportunityId: one.id });
  await seen('unknown');

  const acted = await act();

  expect(acted).toMatchObject({
    state: 'waiting',
    stateBefore: 'new',
    draft: 'It does.',
    handedTo: 'copied',
    actedBy: ctx.actor.userId,
  });
  expect(await restoreOpportunity(ctx, { opportunityId: one.id })).toMatchObject({ state: 'new', actedAt: null });
});

test('a check is queued for the worker, and nothing publishes a reply yet', async () => {
  const { ctx, one } = await inbox({});

  await checkOpportunity(ctx, { opportunityId: one.id });

  expect(world.sent.at(-1)).toEqual({
    job: 'listening.check-post',
    payload: { orgId: ctx.orgId, opportunityId: one.id },
  });
  const handOn = actOnOpportunity(ctx, { opportunityId: one.id, how: 'handed-on', anyway: true });
  await expect(handOn).rejects.toMatchObject({ code: 'not-configured' });
});

test('many are changed at once, and those that cannot be are told with the reason', async () => {
  const { ctx, opportunities } = await inbox({}, {}, {});
  const [first, second, third] = opportunities as [Opportunity, Opportunity, Opportunity];
  await change(ctx, third, { state: 'done' });
  const ids = [first.id, second.id, third.id, crypto.randomUUID()];

  const report = await changeOpportunities(ctx, {
    action: 'change',
    ids,
    change: { state: 'dismissed', dismissedReason: 'Not for us' },
  });
  const undone = await changeOpportunities(ctx, { action: 'restore', ids: report.done });

  expect(report.done).toEqual([first.id, second.id]);
  expect(report.refused.map(({ code }) => code)).toEqual(['conflict', 'not-found']);
  expect(undone.done).toHaveLength(2);
  expect(await countOpportunities(ctx, {})).toMatchObject({ new: 2, done: 1, dismissed: 0 });
});

test('words of a post are found from their beginning, and an author by the handle', async () => {
  const { ctx } = await inbox(
    { text: 'Паромы до острова: кто знает расписание?', by: 'ann' },
    { text: 'See example.com/ferries for the price-list 🙂', by: 'Bob' },
    { text: 'שלום, متى العبّارة؟', by: 'noa' },
  );
  const found = async (q: string) =>
    (await listOpportunities(ctx, { q })).opportunities.map(({ post }) => post.author?.handle);

  expect(await found('паром')).toEqual(['ann']);
  expect(await found('острова распис')).toEqual(['ann']);
  expect(await found('price-list')).toEqual(['Bob']);
  expect(await found('example.com')).toEqual(['Bob']);
  expect(await found('العب')).toEqual(['noa']);
  expect(await found('@bob')).toEqual(['Bob']);
  expect(await found(`'); drop table posts; --`)).toEqual([]);
  expect(await found('🙂')).toEqual([]);
});

test('pages show every opportunity once, in all states and equal values', async () => {
  const { org, ctx, opportunities } = await inbox({}, {}, {}, {}, {});
  await change(ctx, opportunities[1]!, { state: 'done' });
  await org.service
    .transaction()
    .execute((tx) => tx.updateTable('opportunities').set({ value: 50 }).where('org_id', '=', org.orgId).execute());
  const seen: string[] = [];
  let cursor: string | undefined;

  do {
    const page = await listOpportunities(ctx, { limit: 2, cursor });
    seen.push(...page.opportunities.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);

  expect(seen.toSorted()).toEqual(opportunities.map(({ id }) => id).toSorted());
});

test('the author’s history tells what there was before, and who acted on the same post elsewhere', async () => {
  const { org, ctx, opportunities } = await inbox({ by: 'ann', text: 'The first question' }, { by: 'ann' });
  const [earlier, now] = opportunities as [Opportunity, Opportunity];
  await actOnOpportunity(ctx, { opportunityId: earlier.id, how: 'copied', anyway: true });
  const other = await org.campaign('Islands');
  const run = { campaignId: other, runId: await org.run(other) };
  await org.judge(run, now.post.id);
  await org.service
    .transaction()
    .execute((tx) => openOpportunities(tx, { ...run, orgId: org.orgId, threshold: 60, ownHandles: [] }, new Date()));
  const { opportunities: there } = await listOpportunities(ctx, { campaign: other });
  await actOnOpportunity(ctx, { opportunityId: there[0]!.id, how: 'opened-link', anyway: true });
  await addOpportunityNote(ctx, { opportunityId: now.id, text: 'She asked before.' });

  const detail = await read(ctx, now);

  expect(detail.history).toMatchObject({ posts: 1, opportunities: 1, acted: 1 });
  expect(detail.history.last.map(({ text }) => text)).toEqual(['The first question']);
  expect(detail.actedElsewhere.map(({ campaignName }) => campaignName)).toEqual(['Islands']);
  expect(detail.notes.map(({ text }) => text)).toEqual(['She asked before.']);
});
