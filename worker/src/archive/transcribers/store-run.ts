import { type ItemRow, storableText, type TranscriptRun } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';

export interface NewRun {
  adapter: string;
  label: string;
  outcome: TranscriptRun['outcome'];
  startedAt: Date;
  finishedAt: Date;
  computeSeconds: number;
  model?: string;
  language?: string | null;
  soundSeconds?: number;
  costUsd?: number | null;
  problem?: { code: string; detail: string };
  transcriptId?: string;
}

/** Keeps one try of a transcriber, unless its item is gone meanwhile. */
export async function storeRun(tx: Tx, item: Pick<ItemRow, 'id' | 'org_id'>, run: NewRun): Promise<void> {
  const problem = run.problem ? JSON.stringify({ ...run.problem, detail: storableText(run.problem.detail) }) : null;
  await tx
    .insertInto('transcript_runs')
    .columns([
      'org_id',
      'item_id',
      'transcript_id',
      'adapter',
      'label',
      'model',
      'language',
      'outcome',
      'problem',
      'sound_seconds',
      'compute_seconds',
      'cost_usd',
      'started_at',
      'finished_at',
    ])
    .expression(
      tx
        .selectFrom('items')
        .select([
          'org_id',
          'id',
          sql<string | null>`${run.transcriptId ?? null}::uuid`.as('transcript_id'),
          sql<string>`${run.adapter}::text`.as('adapter'),
          sql<string>`${storableText(run.label)}::text`.as('label'),
          sql<string | null>`${run.model ?? null}::text`.as('model'),
          sql<string | null>`${run.language ?? null}::text`.as('language'),
          sql<string>`${run.outcome}::text`.as('outcome'),
          sql<string | null>`${problem}::jsonb`.as('problem'),
          sql<number>`${run.soundSeconds ?? 0}::float8`.as('sound_seconds'),
          sql<number>`${run.computeSeconds}::float8`.as('compute_seconds'),
          sql<string | null>`${run.costUsd ?? null}::numeric`.as('cost_usd'),
          sql<Date>`${run.startedAt.toISOString()}::timestamptz`.as('started_at'),
          sql<Date>`${run.finishedAt.toISOString()}::timestamptz`.as('finished_at'),
        ])
        .where('id', '=', item.id)
        .where('org_id', '=', item.org_id)
        .forKeyShare(),
    )
    .execute();
}
