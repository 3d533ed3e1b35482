import {
  CampaignQuery,
  createCampaign,
  createRun,
  getRun,
  type NewCampaign,
  type NewRun,
  type Run,
} from '@nexus/shared/listening';
import type { SearchSource } from '../../../src/listening/sources/search-source.ts';
import { advance } from '../../../src/listening/runs/advance-run.ts';
import { searchStage } from '../../../src/listening/runs/search-stage.ts';
import type { Stage } from '../../../src/listening/runs/stage.ts';
import type { WorkerPorts } from '../../../src/platform/ports.ts';
import { testWorker } from '../../running/test-worker.ts';

export const LIGHTHOUSE = CampaignQuery.parse({ keywords: ['lighthouse'] });
const NOW = new Date('2026-11-21T12:00:00Z');

/** A worker whose runs are taken forward by hand, on a clock of the test's own. */
export async function runHarness(sources: readonly SearchSource[]) {
  const clock = { now: NOW };
  const worker = await testWorker({ ports: { sources, now: () => clock.now } });
  await worker.stopWorker();
  const { ctx, ports } = worker;

  return {
    ...worker,
    clock,
    campaign: (change: Partial<NewCampaign> = {}) =>
      createCampaign(ctx, {
        name: 'Lights',
        query: LIGHTHOUSE,
        brief: { about: '', seeks: '', voice: '', ownHandles: [], names: [] },
        sources: sources.map(({ id }) => ({ source: id, credentialId: null, settings: {} })),
        cron: null,
        timeZone: 'UTC',
        maxPosts: 500,
        maxCostUsd: null,
        threshold: 60,
        ...change,
      }),
    start: async (run: NewRun): Promise<string> => (await createRun(ctx, run)).id,
    once: (runId: string, options: { ports?: WorkerPorts; stages?: readonly Stage[]; signal?: AbortSignal } = {}) =>
      advance(
        { orgId: ctx.orgId, runId },
        options.ports ?? ports,
        { signal: options.signal ?? new AbortController().signal, log: { set: () => undefined } },
        options.stages ?? [searchStage],
      ),
    /** Goes on, and over every wait, until the run is over. */
    async finish(runId: string, stages?: readonly Stage[]): Promise<Run> {
      for (;;) {
        const { retryAt } = await this.once(runId, stages ? { stages } : {});
        const run = await getRun(ctx, { runId });
        if (run.finishedAt !== null) return run;
        const until = retryAt ?? (run.wait && new Date(run.wait.until));
        if (!until) throw new Error(`Stands still: ${JSON.stringify(run)}`);
        clock.now = until;
      }
    },
    async externalIds(): Promise<string[]> {
      const rows = await ports.db
        .transaction()
        .execute((tx) => tx.selectFrom('posts').select('external_id').where('org_id', '=', ctx.orgId).execute());
      return rows.map(({ external_id }) => external_id);
    },
    /** As when a lease runs out after a crash. */
    async dropLeases(): Promise<void> {
      await ports.db.transaction().execute((tx) =>
        tx
          .updateTable('runs')
          .set({ leased_until: new Date(0) })
          .where('lease', 'is not', null)
          .execute(),
      );
    },
    /** So that the next test begins with nothing. */
    async forget(): Promise<void> {
      clock.now = NOW;
      await ports.db.transaction().execute(async (tx) => {
        await tx.deleteFrom('campaigns').where('org_id', '=', ctx.orgId).execute();
        await tx.deleteFrom('runs').where('org_id', '=', ctx.orgId).execute();
        await tx.deleteFrom('posts').where('org_id', '=', ctx.orgId).execute();
        await tx.deleteFrom('authors').where('org_id', '=', ctx.orgId).execute();
        await tx.deleteFrom('conversations').where('org_id', '=', ctx.orgId).execute();
      });
    },
  };
}
