import { sql } from 'kysely';
import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import type { Run } from '../run-contracts.ts';
import { readRun } from './run-rows.ts';

/**
 * Ends a run: at once when nobody is at it, within about a second when a worker is. What was found stays. One that is over stays as it is.
 */
export async function cancelRun(ctx: Context, input: { runId: string }): Promise<Run> {
  requireScope(ctx.actor, 'listening:write');

  return ctx.db.transaction().execute(async (tx) => {
    const before = await readRun(tx, ctx.orgId, input.runId);
    const isHeld = sql<boolean>`(lease is not null and leased_until > clock_timestamp())`;
    const { numUpdatedRows } = await tx
      .updateTable('runs')
      .set({
        cancel_requested: true,
        state: sql<string>`case when ${isHeld} then state else 'canceled' end`,
        end_reason: sql<string | null>`case when ${isHeld} then end_reason else 'canceled' end`,
        finished_at: sql<Date | null>`case when ${isHeld} then finished_at else ${ctx.now()}::timestamptz end`,
        wait: sql<string | null>`case when ${isHeld} then wait end`,
      })
      .where('id', '=', input.runId)
      .where('org_id', '=', ctx.orgId)
      .where('state', 'in', ['queued', 'running', 'waiting'])
      .executeTakeFirst();
    const wasOpen = before.finishedAt === null;
    const after = await readRun(tx, ctx.orgId, input.runId);
    // Row-level security, unless it ended in this moment.
    if (numUpdatedRows === 0n && wasOpen && after.finishedAt === null)
      throw new NexusError('forbidden', 'Your role does not allow this.');
    return after;
  });
}
