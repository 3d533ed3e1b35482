import { tellingHashes } from './telling-hashes.ts';
import { voteOffsets } from './vote-offsets.ts';

/** 8 s. Shorter stretches agree by chance: a "good morning", a jingle. */
export const FEWEST_SHARED = 60;
/** Mean of differing bits in 8 s up to which the sound is the same: a telephone's worst is 0.25, unrelated sound begins at 0.32. */
const MOST_ERROR = 0.3;

/** How two fingerprints lie on each other. Positions and lengths in hashes, shares of what says something. */
export interface Alignment {
  /** Where `b` begins in `a`; negative when earlier. */
  offset: number;
  /** Share of differing bits over the shared hashes. */
  bitErrorRate: number;
  /** Hashes that both have, silence left out. */
  shared: number;
  shareOfA: number;
  shareOfB: number;
  /** The first and the last shared hash of `a`. */
  startInA: number;
  endInA: number;
}

/** The alignment with the longest shared sound. Null when there is none of 8 s. Order of a minute's sound per millisecond. */
export function alignFingerprints(a: Uint32Array, b: Uint32Array): Alignment | null {
  const [tellingA, tellingB] = [tellingHashes(a), tellingHashes(b)];
  const [saidByA, saidByB] = [sum(tellingA), sum(tellingB)];
  if (saidByA < FEWEST_SHARED || saidByB < FEWEST_SHARED) return null;
  let best: Alignment | null = null;
  for (const offset of nearby(voteOffsets(a, b, tellingA, tellingB))) {
    const found = compareAt(offset, a, b, tellingA, tellingB);
    if (found.shared < FEWEST_SHARED) continue;
    if (best && !isBetter(found, best)) continue;
    best = {
      ...found,
      offset,
      shareOfA: Math.min(1, found.shared / saidByA),
      shareOfB: Math.min(1, found.shared / saidByB),
    };
  }
  return best;
}

/** More sound wins; of about the same, the one that fits better. */
function isBetter(found: Compared, best: Compared): boolean {
  if (Math.abs(found.shared - best.shared) > best.shared * 0.05) return found.shared > best.shared;
  return found.bitErrorRate < best.bitErrorRate;
}

type Compared = Omit<Alignment, 'offset' | 'shareOfA' | 'shareOfB'>;

/** Counts the hashes that lie in 8 s of which few bits differ. */
function compareAt(
  offset: number,
  a: Uint32Array,
  b: Uint32Array,
  tellingA: Uint8Array,
  tellingB: Uint8Array,
): Compared {
  const start = Math.max(0, offset);
  const length = Math.max(0, Math.min(a.length, b.length + offset) - start);
  // Prefix sums over the overlap: errors and hashes that count.
  const errors = new Uint32Array(length + 1);
  const counted = new Uint32Array(length + 1);
  for (let k = 0; k < length; k++) {
    const [i, j] = [start + k, start + k - offset];
    const counts = tellingA[i]! & tellingB[j]!;
    errors[k + 1] = errors[k]! + (counts ? countBits(a[i]! ^ b[j]!) : 0);
    counted[k + 1] = counted[k]! + counts;
  }
  return gatherShared(errors, counted, start);
}

function gatherShared(errors: Uint32Array, counted: Uint32Array, start: number): Compared {
  const length = errors.length - 1;
  const [result, window] = [{ shared: 0, bits: 0, startInA: -1, endInA: -1 }, FEWEST_SHARED];
  let taken = 0;
  for (let from = 0; from + window <= length; from++) {
    const inWindow = counted[from + window]! - counted[from]!;
    const error = errors[from + window]! - errors[from]!;
    if (inWindow < window / 2 || error > MOST_ERROR * 32 * inWindow) continue;
    const first = Math.max(from, taken);
    result.shared += counted[from + window]! - counted[first]!;
    result.bits += errors[from + window]! - errors[first]!;
    taken = from + window;
    if (result.startInA < 0) result.startInA = start + from;
    result.endInA = start + taken - 1;
  }
  const { shared, bits, startInA, endInA } = result;
  return { shared, startInA, endInA, bitErrorRate: shared === 0 ? 1 : bits / (32 * shared) };
}

/** A cut between two hashes may fit its neighbour better. */
const nearby = (offsets: readonly number[]): Set<number> =>
  new Set(offsets.flatMap((offset) => [offset, offset - 1, offset + 1]));

const sum = (flags: Uint8Array): number => flags.reduce((total, flag) => total + flag, 0);

function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
