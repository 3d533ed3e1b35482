import { EndReason } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import { z } from 'zod';
import type { RunRow } from './run-lease.ts';
import { sourceOf } from './source-io.ts';

/** Ends that are somebody's fault; any other is the end of the work. */
export const FAILURES: ReadonlySet<EndReason> = new Set(['changed', 'blocked', 'no-account', 'failed']);

/** What kept a run from reading a source, or from going on at all. */
export interface Trouble {
  /** Label of the source; null: the run itself. */
  readonly source: string | null;
  readonly reason: EndReason;
  readonly detail: string;
}

const Problem = z.object({ detail: z.string() }).nullable();

/** Of the sources first, in the campaign's order. */
export async function readTroubles(tx: Tx, runId: string): Promise<Trouble[]> {
  const sources = await tx
    .selectFrom('run_sources')
    .select(['source', 'end_reason', 'problem'])
    .where('run_id', '=', runId)
    .orderBy('position')
    .execute();
  const troubles = sources.flatMap((row) => toTrouble(sourceOf({}, row.source)?.label ?? row.source, row));
  if (troubles.length > 0) return troubles;
  const run = await tx
    .selectFrom('runs')
    .select(['end_reason', 'problem'])
    .where('id', '=', runId)
    .where('state', '=', 'failed')
    .executeTakeFirst();
  return run ? toTrouble(null, run) : [];
}

function toTrouble(source: string | null, row: { end_reason: string | null; problem: unknown }): Trouble[] {
  const reason = EndReason.nullable().parse(row.end_reason);
  if (reason === null || !FAILURES.has(reason)) return [];
  return [{ source, reason, detail: Problem.parse(row.problem)?.detail ?? 'It gave no reason.' }];
}

/** Whether the campaign's run before had none of these: what goes on being broken is told once. */
export async function areNews(
  tx: Tx,
  run: Pick<RunRow, 'id' | 'campaign_id' | 'created_at'>,
  troubles: readonly Trouble[],
): Promise<boolean> {
  if (troubles.length === 0) return false;
  const before = await tx
    .selectFrom('runs')
    .select('id')
    .where('campaign_id', '=', run.campaign_id)
    .where('id', '<>', run.id)
    .where('kind', '=', 'full')
    .where('state', 'in', ['done', 'failed'])
    .where('created_at', '<=', run.created_at)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!before) return true;
  const known = await readTroubles(tx, before.id);
  return troubles.some(({ source, reason }) => !known.some((old) => old.source === source && old.reason === reason));
}
