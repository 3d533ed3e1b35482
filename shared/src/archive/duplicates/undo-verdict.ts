import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import type { DuplicatePair } from '../duplicate-contracts.ts';
import { continueItem } from './continue-item.ts';
import { lockPair, presentPair } from './pair-rows.ts';

/** States in which nothing was being done: given back as they were. */
const AT_REST = new Set<string | null>(['ready', 'failed', 'canceled', 'waiting']);

/** Makes a person's answer a question again; an item that it had made a duplicate is what it was, or goes on. */
export async function undoVerdict(ctx: Context, input: { pairId: string }): Promise<DuplicatePair> {
  requireScope(ctx.actor, 'archive:write');

  const record = await ctx.db.transaction().execute(async (tx) => {
    const { pair, first, second } = await lockPair(tx, input.pairId);
    if (pair.verdict === null) throw new NexusError('conflict', 'There is no answer to undo.');
    const linked = [first, second].find(({ duplicate_of }) => duplicate_of === first.id || duplicate_of === second.id);
    if (linked && AT_REST.has(pair.status_before)) {
      await tx
        .updateTable('items')
        .set({ status: pair.status_before!, duplicate_of: null })
        .where('id', '=', linked.id)
        .execute();
    } else if (linked) {
      await continueItem(ctx, tx, linked);
    }
    await tx
      .updateTable('duplicate_pairs')
      .set({ verdict: null, status_before: null, decided_by: null, decided_at: null })
      .where('id', '=', pair.id)
      .execute();
    return lockPair(tx, pair.id);
  });
  return presentPair(record, ctx.storage);
}
