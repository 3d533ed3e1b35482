import type { ItemRow } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import type { Duplicate } from '../step.ts';
import { compareSounds, type Sound } from './compare-sounds.ts';
import { findCandidates } from './find-candidates.ts';
import { fingerprintKeys } from './fingerprint-keys.ts';
import { keepPair, knownVerdicts, type Likeness, takeTurns } from './known-pairs.ts';

/** Recordings compared before the transaction that decides, and what came of it. */
export interface Comparison {
  keys: readonly number[];
  comparedIds: ReadonlySet<string>;
  likenesses: readonly Likeness[];
}

/** The long part, before the lock: in the common case nothing is left to compare under it. */
export async function compareWithArchive(tx: Tx, item: ItemRow, sound: Sound): Promise<Comparison> {
  const keys = fingerprintKeys(sound.hashes, item.org_id);
  const ids = await findCandidates(tx, item, { keys, durationSeconds: sound.durationSeconds });
  return { keys, comparedIds: new Set(ids), likenesses: await compareSounds(tx, sound, ids) };
}

/**
 * Keeps the keys of a recording, so that later ones find it, and decides: the same one is there (the work on this one ends), or
 * others are alike in part or not surely (questions for people). Runs in the transaction that ends the step.
 */
export async function findSameSound(
  tx: Tx,
  item: ItemRow,
  sound: Sound,
  before: Comparison,
): Promise<Duplicate | undefined> {
  await takeTurns(tx, item.org_id);
  const keys = [...before.keys];
  await tx
    .insertInto('fingerprint_keys')
    .values({ item_id: item.id, org_id: item.org_id, keys })
    .onConflict((conflict) => conflict.column('item_id').doUpdateSet({ keys }))
    .execute();

  // Some may have come, others gone or become duplicates since.
  const ids = await findCandidates(tx, item, { keys, durationSeconds: sound.durationSeconds });
  const later = await compareSounds(
    tx,
    sound,
    ids.filter((id) => !before.comparedIds.has(id)),
  );
  const verdicts = await knownVerdicts(tx, item.id);
  const alike = [...before.likenesses, ...later].filter(
    ({ otherId }) => ids.includes(otherId) && (verdicts.get(otherId) ?? 'same') === 'same',
  );
  const same = alike.find(({ relation }) => relation === 'same');
  if (same && item.ready_at === null && (await isStillThere(tx, same.otherId))) {
    await keepPair(tx, item, same, 'same');
    return { duplicateOf: same.otherId };
  }
  for (const likeness of alike) {
    if (!verdicts.has(likeness.otherId)) await keepPair(tx, item, likeness, null);
  }
  return undefined;
}

/** Until the end of the transaction, too. */
async function isStillThere(tx: Tx, itemId: string): Promise<boolean> {
  const row = await tx.selectFrom('items').select('id').where('id', '=', itemId).forKeyShare().executeTakeFirst();
  return row !== undefined;
}
