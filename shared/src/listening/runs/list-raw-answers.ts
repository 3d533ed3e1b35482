import { z } from 'zod';
import { type Context, decodeCursor, PageQuery, pageOf, requireScope } from '../../platform/index.ts';
import { readRun } from './run-rows.ts';
import { RawAnswer } from './source-contracts.ts';

/** Answers are large: few at once. */
export const RawAnswersQuery = PageQuery.extend({ limit: z.coerce.number().int().min(1).max(20).default(5) });
export type RawAnswersQuery = z.infer<typeof RawAnswersQuery>;

const Position = z.tuple([z.iso.datetime(), z.uuid()]);

/** Answers of a run's sources as they came: those that could not be read, and all of them when that was asked for. The first first. */
export async function listRawAnswers(
  ctx: Context,
  input: { runId: string } & RawAnswersQuery,
): Promise<{ answers: RawAnswer[]; nextCursor: string | null }> {
  requireScope(ctx.actor, 'listening:read');
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, Position);

  return ctx.db.transaction().execute(async (tx) => {
    await readRun(tx, ctx.orgId, input.runId);
    const found = await tx
      .selectFrom('raw_answers')
      .selectAll()
      .where('run_id', '=', input.runId)
      .where('org_id', '=', ctx.orgId)
      .$if(after !== null, (query) =>
        query.where((eb) => eb(eb.refTuple('created_at', 'id'), '>', eb.tuple(new Date(after![0]), after![1]))),
      )
      .orderBy('created_at')
      .orderBy('id')
      .limit(input.limit + 1)
      .execute();
    const { rows, nextCursor } = pageOf(found, input.limit, (row) => [row.created_at.toISOString(), row.id]);
    const answers = rows.map((row) => RawAnswer.parse({ ...row, createdAt: row.created_at.toISOString() }));
    return { answers, nextCursor };
  });
}
