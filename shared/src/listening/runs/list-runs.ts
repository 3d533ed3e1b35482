import { z } from 'zod';
import { type Context, decodeCursor, PageQuery, pageOf, requireScope } from '../../platform/index.ts';
import { type Run, RunKind, RunState } from '../run-contracts.ts';
import { runsOf, toRuns } from './run-rows.ts';

export const RunsQuery = PageQuery.extend({
  campaignId: z.uuid().optional(),
  state: RunState.optional(),
  kind: RunKind.optional(),
});
export type RunsQuery = z.infer<typeof RunsQuery>;

const Position = z.tuple([z.iso.datetime(), z.uuid()]);

/** Runs, the newest first. */
export async function listRuns(ctx: Context, input: RunsQuery): Promise<{ runs: Run[]; nextCursor: string | null }> {
  requireScope(ctx.actor, 'listening:read');
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, Position);

  return ctx.db.transaction().execute(async (tx) => {
    const found = await runsOf(tx, ctx.orgId)
      .$if(input.campaignId !== undefined, (query) => query.where('runs.campaign_id', '=', input.campaignId!))
      .$if(input.state !== undefined, (query) => query.where('runs.state', '=', input.state!))
      .$if(input.kind !== undefined, (query) => query.where('runs.kind', '=', input.kind!))
      .$if(after !== null, (query) =>
        query.where((eb) =>
          eb(eb.refTuple('runs.created_at', 'runs.id'), '<', eb.tuple(new Date(after![0]), after![1])),
        ),
      )
      .orderBy('runs.created_at', 'desc')
      .orderBy('runs.id', 'desc')
      .limit(input.limit + 1)
      .execute();
    const { rows, nextCursor } = pageOf(found, input.limit, (row) => [row.created_at.toISOString(), row.id]);
    return { runs: await toRuns(tx, ctx.orgId, rows), nextCursor };
  });
}
