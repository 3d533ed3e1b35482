import { afterAll, beforeAll, expect, test } from 'bun:test';
import { followPosts } from '../../../src/listening/runs/follow-posts.ts';
import { runHarness } from './run-harness.ts';
import { postOf, scriptedSource } from './scripted-source.ts';

let lights: ReturnType<typeof scriptedSource>;
let nexus: Awaited<ReturnType<typeof runHarness>>;
beforeAll(async () => {
  lights = scriptedSource();
  nexus = await runHarness([lights.source]);
});
afterAll(() => nexus.stop());

test('posts that somebody may still act on are asked for again after half a day, a few an hour', async () => {
  const { id: campaignId } = await nexus.campaign();
  lights.failNext({ hits: Array.from({ length: 15 }, (_, n) => postOf(n)), nextCursor: null });
  await nexus.finish(await nexus.start({ kind: 'full', campaignId }));
  await nexus.ports.db.transaction().execute(async (tx) => {
    const posts = await tx.selectFrom('posts').select(['id', 'external_id']).execute();
    const opportunities = posts.map(({ id, external_id }) => ({
      org_id: nexus.ctx.orgId,
      campaign_id: campaignId,
      post_id: id,
      state: external_id === '14' ? 'done' : 'new',
      intent: 'question',
      relevance: 70,
    }));
    await tx.insertInto('opportunities').values(opportunities).execute();
  });

  const atOnce = await followPosts(nexus.ports);
  nexus.clock.now = new Date(nexus.clock.now.getTime() + 13 * 3_600_000);
  const later = await followPosts(nexus.ports);
  nexus.clock.now = new Date(nexus.clock.now.getTime() + 20 * 24 * 3_600_000);
  const never = await followPosts(nexus.ports);

  expect([atOnce, later, never]).toEqual([0, 10, 0]);
});
