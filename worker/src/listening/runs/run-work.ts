import { RunCounts, RunKind, RunSpec } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../platform/ports.ts';
import { CANCELED, leaseEnd, LOST, type RunRow } from './run-lease.ts';
import type { Done, RunAtWork, StageIo } from './stage.ts';

/** What the stages of a held run work with. Its counts and cost are kept here, for only its holder writes them. */
export interface RunWork {
  readonly io: StageIo;
  readonly run: RunAtWork;
  /** In a row, of before. */
  failures(): number;
}

/** `end` is told why nothing more may be written. */
export function startWork(
  ports: WorkerPorts,
  row: RunRow,
  { signal, end }: { signal: AbortSignal; end: (reason: string) => void },
): RunWork {
  let counts = RunCounts.parse(row.counts);
  let failures = row.failures;
  const run = {
    id: row.id,
    orgId: row.org_id,
    campaignId: row.campaign_id,
    kind: RunKind.parse(row.kind),
    spec: RunSpec.parse(row.spec),
    costUsd: Number(row.cost_usd),
  };

  const commit: StageIo['commit'] = async (write) => {
    const after = await ports.db.transaction().execute(async (tx) => {
      const done = await write(tx);
      const next = { counts: addCounts(counts, done.counts ?? {}), costUsd: run.costUsd + (done.costUsd ?? 0) };
      const { numUpdatedRows } = await tx
        .updateTable('runs')
        .set({
          counts: JSON.stringify(next.counts),
          cost_usd: next.costUsd.toFixed(6),
          failures: 0,
          leased_until: leaseEnd,
        })
        .where('id', '=', row.id)
        .where('lease', '=', row.lease)
        .where('cancel_requested', '=', false)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return next;
      const found = await tx.selectFrom('runs').select('lease').where('id', '=', row.id).executeTakeFirst();
      end(found?.lease === row.lease ? CANCELED : LOST);
      // Takes the unit's rows back with it.
      throw new NexusError('canceled', 'The run was canceled.');
    });
    counts = after.counts;
    run.costUsd = after.costUsd;
    failures = 0;
  };

  return { io: { ports, run, signal, commit }, run, failures: () => failures };
}

export function addCounts(counts: RunCounts, { droppedBy = {}, ...more }: NonNullable<Done['counts']>): RunCounts {
  const sum = { ...counts, droppedBy: { ...counts.droppedBy } };
  for (const [name, count] of Object.entries(more) as [keyof typeof more, number | undefined][])
    sum[name] += count ?? 0;
  for (const [rule, count] of Object.entries(droppedBy)) sum.droppedBy[rule] = (sum.droppedBy[rule] ?? 0) + count;
  return sum;
}
