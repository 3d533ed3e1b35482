import { type Context, NexusError, requireScope, type Tx } from '../../platform/index.ts';
import type { DuplicatePair, NewVerdict } from '../duplicate-contracts.ts';
import { makeDuplicate } from './make-duplicate.ts';
import { lockPair, type PairRecord, presentPair } from './pair-rows.ts';

/** Answers the question whether two items are the same. The answer holds for good; `undoVerdict` opens the question again. */
export async function decideDuplicate(ctx: Context, input: { pairId: string } & NewVerdict): Promise<DuplicatePair> {
  requireScope(ctx.actor, 'archive:write');

  const record = await ctx.db.transaction().execute(async (tx) => {
    const found = await lockPair(tx, input.pairId);
    if (found.pair.verdict !== null)
      throw new NexusError('conflict', 'This question has been answered. Undo the answer first.');
    const statusBefore = input.verdict === 'same' ? await linkTo(ctx, tx, found, input.keepId) : null;
    await tx
      .updateTable('duplicate_pairs')
      .set({
        verdict: input.verdict,
        status_before: statusBefore,
        decided_by: ctx.actor.userId,
        decided_at: ctx.now(),
      })
      .where('id', '=', input.pairId)
      .execute();
    return lockPair(tx, input.pairId);
  });
  return presentPair(record, ctx.storage);
}

/** The one that is not kept becomes a duplicate. Answers its status until then. */
async function linkTo(ctx: Context, tx: Tx, { first, second }: PairRecord, keepId: string): Promise<string> {
  const [kept, other] = keepId === first.id ? [first, second] : [second, first];
  if (kept.id !== keepId) throw new NexusError('invalid-input', 'Keep one of the two items of this pair.');
  if (kept.status === 'duplicate' || other.status === 'duplicate')
    throw new NexusError('conflict', 'One of the two is linked to a third item. Look at that one instead.');
  await makeDuplicate(tx, other.id, kept.id, ctx.now());
  return other.status;
}
