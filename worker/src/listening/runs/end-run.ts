import { advanceRun, EndReason, RunKind, type RunState } from '@nexus/shared/listening';
import type { NexusError, Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { z } from 'zod';
import type { WorkerPorts } from '../../platform/ports.ts';
import { deliverStage } from '../deliveries/deliver-stage.ts';
import { queueDeliveries } from '../deliveries/queue-deliveries.ts';
import type { RunRow } from './run-lease.ts';
import { FAILURES } from './run-troubles.ts';
import type { Wait } from './stage.ts';

/** How a run ends. The words stand in `problem` for every end but a complete one. */
export interface Ending {
  readonly state: Extract<RunState, 'done' | 'failed' | 'canceled'>;
  readonly endReason: EndReason;
  readonly problem: { readonly code: string; readonly detail: string } | null;
}

type Held = Pick<RunRow, 'id' | 'org_id' | 'lease'>;

/** Does nothing when the run is not ours any more. One that failed on its way tells so, as one that came to its end has. */
export async function endRun(ports: WorkerPorts, row: RunRow, ending: Ending): Promise<void> {
  await ports.db.transaction().execute(async (tx) => {
    const wasOurs = await writeEnding(tx, row, ending, ports.now());
    if (!wasOurs || ending.state !== 'failed' || !deliverStage.kinds.includes(RunKind.parse(row.kind))) return;
    await queueDeliveries(tx, ports, { id: row.id, orgId: row.org_id, campaignId: row.campaign_id });
  });
}

async function writeEnding(tx: Tx, { id, lease }: Held, ending: Ending, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('runs')
    .set({
      state: ending.state,
      end_reason: ending.endReason,
      problem: ending.problem && JSON.stringify(ending.problem),
      wait: null,
      lease: null,
      leased_until: null,
      finished_at: now,
    })
    .where('id', '=', id)
    .where('lease', '=', lease)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Gives the run to whoever comes next, at once. */
export function handBack(ports: WorkerPorts, row: Held): Promise<void> {
  return letGo(ports, row, { state: 'queued', wait: null });
}

/** The run waits, with nobody at it. Answers until when. */
export async function putOff(
  ports: WorkerPorts,
  row: Held,
  { source, until, detail }: Wait,
  { isFailure = false } = {},
): Promise<Date> {
  const wait = JSON.stringify({ source, until: until.toISOString(), detail });
  await letGo(ports, row, { state: 'waiting', wait, until, isFailure });
  return until;
}

interface Rest {
  readonly state: 'queued' | 'waiting';
  readonly wait: string | null;
  readonly until?: Date;
  readonly isFailure?: boolean;
}

async function letGo(ports: WorkerPorts, row: Held, { state, wait, until, isFailure }: Rest): Promise<void> {
  await ports.db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('runs')
      .set((eb) => ({
        state,
        wait,
        lease: null,
        leased_until: null,
        ...(isFailure && { failures: eb('failures', '+', 1) }),
      }))
      .where('id', '=', row.id)
      .where('lease', '=', row.lease)
      .where('cancel_requested', '=', false)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) {
      const options = { tx, ...(until && { startAfter: until }) };
      await ports.queue.send(advanceRun, { orgId: row.org_id, runId: row.id }, options);
    } else {
      // Canceled in the same moment: nobody would look at it before it is due.
      await writeEnding(tx, row, { state: 'canceled', endReason: 'canceled', problem: null }, ports.now());
    }
  });
}

export async function enterStage(ports: WorkerPorts, { id, lease }: Held, stage: string): Promise<void> {
  await ports.db
    .transaction()
    .execute((tx) =>
      tx
        .updateTable('runs')
        .set({ stage, plan: '{}', failures: 0 })
        .where('id', '=', id)
        .where('lease', '=', lease)
        .execute(),
    );
}

/** From what says least of the whole to what says most: a run is no more complete than the worst of its sources. */
const WORST_FIRST: readonly EndReason[] = [
  'changed',
  'blocked',
  'no-account',
  'failed',
  'stalled',
  'money-limit',
  'limit',
  'complete',
];
const Problem = z.object({ code: z.string(), detail: z.string() });

/** The end of a run that went through all its stages. Failed only when each of its sources failed. */
export async function reachedEnding(ports: WorkerPorts, runId: string): Promise<Ending> {
  const rows = await ports.db
    .transaction()
    .execute((tx) =>
      tx
        .selectFrom('run_sources')
        .select(['end_reason', 'problem', 'found'])
        .where('run_id', '=', runId)
        .orderBy('position')
        .execute(),
    );
  const ends = rows.map((row) => ({ ...row, reason: EndReason.parse(row.end_reason ?? 'failed') }));
  const isUnjudged = await ports.db.transaction().execute((tx) => ranOutOfMoney(tx, runId));
  const all = isUnjudged ? [...ends, UNJUDGED] : ends;
  const worst = all.toSorted((a, b) => WORST_FIRST.indexOf(a.reason) - WORST_FIRST.indexOf(b.reason))[0];
  if (!worst) return { state: 'done', endReason: 'complete', problem: null };
  const isFailed = ends.length > 0 && ends.every(({ reason }) => FAILURES.has(reason));
  return {
    state: isFailed ? 'failed' : 'done',
    endReason: worst.reason,
    // What a source left out stands with that source.
    problem: worst.reason === 'complete' || worst.problem === null ? null : Problem.parse(worst.problem),
  };
}

const UNJUDGED = {
  reason: 'money-limit' as const,
  problem: {
    code: 'quota-exceeded',
    detail: 'The money of this run was spent before all posts were judged. The next run judges the rest.',
  },
};

/** Posts that wait for a judgement are the next run's, when it was money that was missing. */
async function ranOutOfMoney(tx: Tx, runId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('runs as r')
    .innerJoin('matches as m', 'm.run_id', 'r.id')
    .select('m.id')
    .where('r.id', '=', runId)
    .where('m.state', '=', 'found')
    .where(sql<boolean>`r.cost_usd >= (r.spec ->> 'maxCostUsd')::numeric`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

const REASONS: Partial<Record<NexusError['code'], EndReason>> = {
  'upstream-changed': 'changed',
  'upstream-refused': 'blocked',
  'upstream-down': 'blocked',
  'upstream-limited': 'no-account',
};

/** Why a source, or a whole run, cannot go on. */
export const reasonOf = (problem: NexusError): EndReason => REASONS[problem.code] ?? 'failed';

export const failedEnding = (problem: NexusError): Ending => ({
  state: 'failed',
  endReason: reasonOf(problem),
  problem: { code: problem.code, detail: problem.detail },
});
