import type { Tx } from '@nexus/shared/platform';
import { decodeStoredHashes } from '../media/index.ts';
import { alignFingerprints } from './align-fingerprints.ts';
import { judgeAlignment } from './judge-alignment.ts';
import type { Likeness } from './known-pairs.ts';

/** Chromaprint's step at its 11,025 Hz. */
const HASH_SECONDS = 1365 / 11_025;
/** How much sound one hash hears: 16 rows after a filter of five, each of 4,096 samples. */
const HEARD_SECONDS = (19 * 1365 + 4096) / 11_025;

export interface Sound {
  hashes: Uint32Array;
  durationSeconds: number;
}

/** Lays a recording on each of the others. Answers what is worth telling, the surest and longest first. */
export async function compareSounds(tx: Tx, sound: Sound, otherIds: readonly string[]): Promise<Likeness[]> {
  if (otherIds.length === 0) return [];
  const others = await tx
    .selectFrom('fingerprints')
    .select(['item_id', 'hashes', 'duration_seconds'])
    .where('item_id', 'in', otherIds)
    .execute();
  return others
    .flatMap((other) => {
      const likeness = compare(sound, {
        hashes: decodeStoredHashes(other.hashes),
        durationSeconds: other.duration_seconds,
      });
      return likeness ? [{ ...likeness, otherId: other.item_id }] : [];
    })
    .sort((x, y) => Number(y.relation === 'same') - Number(x.relation === 'same') || y.lengthSeconds - x.lengthSeconds);
}

function compare(a: Sound, b: Sound) {
  const found = alignFingerprints(a.hashes, b.hashes);
  const relation = found && judgeAlignment(found, { a: a.durationSeconds, b: b.durationSeconds });
  if (!found || !relation) return null;
  return {
    relation,
    foundBy: 'sound' as const,
    bitErrorRate: found.bitErrorRate,
    share: found.shareOfA,
    otherShare: found.shareOfB,
    startSeconds: found.startInA * HASH_SECONDS,
    otherStartSeconds: Math.max(0, (found.startInA - found.offset) * HASH_SECONDS),
    lengthSeconds: (found.endInA - found.startInA) * HASH_SECONDS + HEARD_SECONDS,
  };
}
