import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import { MOST_TERMS, type NewTerms, type Term } from './contracts.ts';
import { readTerms } from './list-terms.ts';

/** Adds names and words; those that are there stay as they are. Returns the whole vocabulary. */
export async function addTerms(ctx: Context, input: NewTerms): Promise<Term[]> {
  requireScope(ctx.actor, 'archive:write');

  return ctx.db.transaction().execute(async (tx) => {
    await tx
      .insertInto('vocabulary')
      .values(input.terms.map((term) => ({ org_id: ctx.orgId, term, created_by: ctx.actor.userId })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const terms = await readTerms(tx, ctx.orgId);
    if (terms.length <= MOST_TERMS) return terms;
    const detail = `At most ${MOST_TERMS} words: transcribers read no more. Remove some first.`;
    throw new NexusError('invalid-input', detail, { fields: { terms: [detail] } });
  });
}
