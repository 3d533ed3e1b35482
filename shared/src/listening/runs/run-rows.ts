import { type DB, NexusError, type Tx } from '../../platform/index.ts';
import type { Selectable } from 'kysely';
import { Run, RunCounts } from '../run-contracts.ts';

type RunRow = Selectable<DB['runs']> & { campaign_name: string | null };

export const runsOf = (tx: Tx, orgId: string) =>
  tx
    .selectFrom('runs')
    .leftJoin('campaigns', 'campaigns.id', 'runs.campaign_id')
    .selectAll('runs')
    .select('campaigns.name as campaign_name')
    .where('runs.org_id', '=', orgId);

/** Rows as they are answered, each with its sources. */
export async function toRuns(tx: Tx, orgId: string, rows: readonly RunRow[]): Promise<Run[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const sources = await tx
    .selectFrom('run_sources as s')
    .leftJoin('catalogue as c', (join) => join.onRef('c.id', '=', 's.source').on('c.kind', '=', 'source'))
    .selectAll('s')
    .select('c.label')
    .where('s.org_id', '=', orgId)
    .where('s.run_id', 'in', ids)
    .orderBy('s.position')
    .execute();
  return rows.map((row) =>
    toRun(
      row,
      sources.filter(({ run_id }) => run_id === row.id),
    ),
  );
}

type SourceRow = Selectable<DB['run_sources']> & { label: string | null };

const toRun = (row: RunRow, sources: readonly SourceRow[]): Run =>
  Run.parse({
    id: row.id,
    campaignId: row.campaign_id,
    campaignName: row.campaign_name,
    kind: row.kind,
    trigger: row.trigger,
    state: row.state,
    stage: row.stage,
    counts: RunCounts.parse(row.counts),
    sources: sources.map((source) => ({
      source: source.source,
      label: source.label ?? source.source,
      state: source.state,
      pages: source.pages,
      found: source.found,
      endReason: source.end_reason,
      problem: source.problem,
      waitUntil: source.wait_until?.toISOString() ?? null,
    })),
    wait: row.wait,
    endReason: row.end_reason,
    problem: row.problem,
    costUsd: Number(row.cost_usd),
    isCanceling: row.cancel_requested && row.finished_at === null,
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  });

/** Throws `not-found` for a run that is not there, or not this organisation's. */
export async function readRun(tx: Tx, orgId: string, runId: string): Promise<Run> {
  const rows = await runsOf(tx, orgId).where('runs.id', '=', runId).execute();
  const [run] = await toRuns(tx, orgId, rows);
  if (!run) throw new NexusError('not-found', 'This run is not there (any more).');
  return run;
}
