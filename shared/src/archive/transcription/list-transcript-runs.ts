import { type Context, requireScope } from '../../platform/index.ts';
import { findItem } from '../item-rows.ts';
import { TranscriptRun } from './contracts.ts';

const MOST_RUNS = 100;

/** Every try of a transcriber at an item, the latest first, 100 at most. */
export async function listTranscriptRuns(ctx: Context, input: { itemId: string }): Promise<TranscriptRun[]> {
  requireScope(ctx.actor, 'archive:read');

  const rows = await ctx.db.transaction().execute(async (tx) => {
    await findItem(tx, input.itemId);
    return tx
      .selectFrom('transcript_runs')
      .selectAll()
      .where('item_id', '=', input.itemId)
      .orderBy('started_at', 'desc')
      .orderBy('id')
      .limit(MOST_RUNS)
      .execute();
  });
  return rows.map((row) =>
    TranscriptRun.parse({
      id: row.id,
      adapter: row.adapter,
      label: row.label,
      model: row.model,
      language: row.language,
      outcome: row.outcome,
      problem: row.problem,
      soundSeconds: row.sound_seconds,
      computeSeconds: row.compute_seconds,
      costUsd: row.cost_usd === null ? null : Number(row.cost_usd),
      startedAt: row.started_at.toISOString(),
      finishedAt: row.finished_at.toISOString(),
    }),
  );
}
