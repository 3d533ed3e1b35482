import { afterAll, beforeAll, expect, test } from 'bun:test';
import { CampaignBrief, CampaignQuery, countOpportunities, type RunSpec } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { opportunityStage } from '../../../src/listening/opportunities/opportunity-stage.ts';
import type { Done, StageIo } from '../../../src/listening/runs/stage.ts';
import { testWorker } from '../../running/test-worker.ts';

let worker: Awaited<ReturnType<typeof testWorker>>;
beforeAll(async () => {
  worker = await testWorker();
});
afterAll(() => worker.stop());

const POSTS = 1200;

/** A run that judged 1,200 posts, of which every fourth says what another one says. */
async function judgedRun() {
  const orgId = worker.ctx.orgId;
  return worker.ports.db.transaction().execute(async (tx) => {
    const campaign = await tx
      .insertInto('campaigns')
      .values({ org_id: orgId, name: 'Ferries', query: '{}', sources: '[]' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const run = await tx
      .insertInto('runs')
      .values({ org_id: orgId, campaign_id: campaign.id, spec: '{}', state: 'running' })
      .returning('id')
      .executeTakeFirstOrThrow();
    await sql`
      with stored as (
        insert into posts (org_id, network, external_id, url, text, posted_at, fold_key)
        select ${orgId}::uuid, 'rss', n::text, 'https://example.org/' || n, 'Post ' || n, now() - make_interval(mins => n),
          case when n % 4 = 0 then 'copy ' || n % 100 end
        from generate_series(1, ${POSTS}::int) n returning id
      ), met as (
        insert into matches (org_id, campaign_id, post_id, run_id, source, state)
        select ${orgId}::uuid, ${campaign.id}::uuid, id, ${run.id}::uuid, 'rss', 'scored' from stored
      )
      insert into analyses (org_id, campaign_id, post_id, run_id, depth, relevance, reason, intent, sentiment, urgency, judged_by)
      select ${orgId}::uuid, ${campaign.id}::uuid, id, ${run.id}::uuid, 'scored', 80, 'Asks', 'question', 0, 10, 'offline' from stored
    `.execute(tx);
    return { id: run.id, orgId, campaignId: campaign.id };
  });
}

test('a run killed between two batches goes on where it stood: nothing is lost, double or counted twice', async () => {
  const run = await judgedRun();
  const counts = { opportunities: 0, folded: 0 };
  const spec: RunSpec = {
    query: CampaignQuery.parse({}),
    brief: CampaignBrief.parse({}),
    sources: [],
    maxPosts: 10_000,
    maxCostUsd: null,
    threshold: 60,
    keepRaw: false,
  };
  let commits = 0;
  const io: StageIo = {
    ports: worker.ports,
    run: { ...run, kind: 'full', spec, costUsd: 0 },
    signal: new AbortController().signal,
    async commit(write: (tx: Tx) => Promise<Done>) {
      const done = await worker.ports.db.transaction().execute(async (tx) => {
        const written = await write(tx);
        // Also between the two units of the last step.
        if (commits++ % 3 === 0) throw new Error('killed');
        return written;
      });
      counts.opportunities += done.counts?.opportunities ?? 0;
      counts.folded += done.counts?.folded ?? 0;
    },
  };

  let outcome: unknown;
  while (outcome !== 'done')
    outcome = await opportunityStage.step(io).catch((error: Error) => {
      if (error.message !== 'killed') throw error;
    });

  expect(counts).toEqual({ opportunities: 925, folded: 275 });
  const { rows } = await worker.ports.db.transaction().execute((tx) =>
    sql<{ folded: number; counted: number }>`
      select (select count(*)::int from opportunity_folds) as folded, sum(folded_count)::int as counted from opportunities`.execute(
      tx,
    ),
  );
  expect(rows).toEqual([{ folded: 275, counted: 275 }]);
  expect((await countOpportunities(worker.ctx, {})).new).toBe(925);
});
