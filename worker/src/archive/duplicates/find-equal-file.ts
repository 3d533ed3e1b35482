import type { ItemRow } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import type { Duplicate } from '../step.ts';
import { keepPair, knownVerdicts, takeTurns } from './known-pairs.ts';

/** Items that hold nothing worth keeping: the newer one takes their place. */
export const NO_ORIGINALS = ['failed', 'canceled', 'duplicate'] as const;

/**
 * An item of the organisation with the same file, byte by byte. One that was ready before is asked about instead: a person sent
 * it through again, and would not expect it to stop.
 */
export async function findEqualFile(tx: Tx, item: ItemRow, sha256: string): Promise<Duplicate | undefined> {
  await takeTurns(tx, item.org_id);
  const verdicts = await knownVerdicts(tx, item.id);
  const equal = await tx
    .selectFrom('items')
    .select('id')
    .where('org_id', '=', item.org_id)
    .where('sha256', '=', sha256)
    .where('id', '!=', item.id)
    .where('status', 'not in', NO_ORIGINALS)
    .orderBy('created_at')
    .orderBy('id')
    // It may be on its way out.
    .forKeyShare()
    .execute();
  const original = equal.find(({ id }) => (verdicts.get(id) ?? 'same') === 'same');
  if (!original) return undefined;
  const isAsked = item.ready_at !== null;
  await keepPair(
    tx,
    item,
    { otherId: original.id, relation: 'same', foundBy: 'file', ...WHOLE },
    isAsked ? null : 'same',
  );
  return isAsked ? undefined : { duplicateOf: original.id };
}

const WHOLE = {
  bitErrorRate: null,
  share: 1,
  otherShare: 1,
  startSeconds: 0,
  otherStartSeconds: 0,
  lengthSeconds: null,
};
