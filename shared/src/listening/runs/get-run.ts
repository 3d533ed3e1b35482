import { type Context, requireScope } from '../../platform/index.ts';
import type { Run } from '../run-contracts.ts';
import { readRun } from './run-rows.ts';

export async function getRun(ctx: Context, input: { runId: string }): Promise<Run> {
  requireScope(ctx.actor, 'listening:read');
  return ctx.db.transaction().execute((tx) => readRun(tx, ctx.orgId, input.runId));
}
