import { type Context, NexusError, requireScope } from '../../platform/index.ts';

/** Takes a word out of the vocabulary. Transcripts that know it stay. */
export async function removeTerm(ctx: Context, input: { termId: string }): Promise<void> {
  requireScope(ctx.actor, 'archive:write');

  await ctx.db.transaction().execute(async (tx) => {
    const removed = await tx
      .deleteFrom('vocabulary')
      .where('org_id', '=', ctx.orgId)
      .where('id', '=', input.termId)
      .executeTakeFirst();
    if (Number(removed.numDeletedRows) === 0) throw new NexusError('not-found', 'This word is not in the vocabulary.');
  });
}
