import { steadyBits } from './steady-bits.ts';

/** Positions of one value that are tried: more of them is a refrain, and the others tell where it lies. */
const MOST_POSITIONS = 24;
const MOST_OFFSETS = 6;
/** Chance gives a wrong offset one vote in 18,000 hashes; a copy over the telephone gives the right one 15 in 60. */
const FEWEST_VOTES = 4;

/**
 * Where `b` may begin in `a`, in hashes, the likeliest first: each pair of hashes with equal steady bits votes for the distance
 * of their places. Negative when `b` begins earlier.
 */
export function voteOffsets(
  a: Uint32Array,
  b: Uint32Array,
  tellingA: Uint8Array,
  tellingB: Uint8Array,
): readonly number[] {
  const places = new Map<number, number[]>();
  b.forEach((hash, j) => {
    if (tellingB[j] === 0) return;
    const bits = steadyBits(hash);
    const list = places.get(bits);
    if (list === undefined) places.set(bits, [j]);
    else if (list.length < MOST_POSITIONS) list.push(j);
  });
  // Index: offset + length of b.
  const votes = new Uint32Array(a.length + b.length + 1);
  a.forEach((hash, i) => {
    if (tellingA[i] === 0) return;
    for (const j of places.get(steadyBits(hash)) ?? []) votes[i - j + b.length]! += 1;
  });
  return bestOffsets(votes).map((index) => index - b.length);
}

/** Peaks of the votes. A copy cut between two hashes divides its votes among two neighbours, so these count with it. */
function bestOffsets(votes: Uint32Array): number[] {
  const peaks: { index: number; weight: number }[] = [];
  for (let index = 1; index + 1 < votes.length; index++) {
    const own = votes[index]!;
    if (own < votes[index - 1]! || own <= votes[index + 1]!) continue;
    const weight = own + votes[index - 1]! + votes[index + 1]!;
    if (weight >= FEWEST_VOTES) peaks.push({ index, weight });
  }
  return peaks
    .sort((x, y) => y.weight - x.weight)
    .slice(0, MOST_OFFSETS)
    .map(({ index }) => index);
}
