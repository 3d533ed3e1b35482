import { steadyBits } from './steady-bits.ts';
import { tellingHashes } from './telling-hashes.ts';

/** 2 s: two hashes that far apart share no sound, so together they are as rare as their bits can be. */
const APART = 16;
/** So many a short recording keeps at least; a copy over the telephone still has one in seven of them. */
const FEWEST_KEYS = 128;
/** Of a long recording: 20 minutes make 300 keys, 100,000 of them 30 million entries of the index. */
const THINNEST = 32;
/** A look-up takes a tenth of a millisecond or less. Of three hours of sound every second key is asked for. */
export const MOST_ASKED = 2048;

/**
 * What to look a recording up by: pairs of hashes, 2 s apart, mixed with the organisation. Chosen by their own value, so that
 * two recordings of the same sound choose the same ones wherever it lies in them; a longer one chooses a part of what a
 * shorter one does. Different, in ascending order of their mixed value without its sign.
 */
export function fingerprintKeys(hashes: Uint32Array, orgId: string): number[] {
  const salt = saltOf(orgId);
  const telling = tellingHashes(hashes);
  const limit = 2 ** 32 / thinning(hashes.length);
  const keys = new Set<number>();
  for (let i = 0; i + APART < hashes.length; i++) {
    if (telling[i] === 0 || telling[i + APART] === 0) continue;
    // 28 bits: with all 32 the index is six times as large, with 24 six times as many items share a key by chance.
    const pair = (steadyBits(hashes[i]!) << 12) | (steadyBits(hashes[i + APART]!) >>> 4);
    const key = mix(pair ^ salt) >>> 0;
    if (key < limit) keys.add(key);
  }
  return [...keys].sort((a, b) => a - b).map((key) => key | 0);
}

/** The keys to ask for: those that any recording keeps, however long it is, first. */
export const askedKeys = (keys: readonly number[]): readonly number[] => keys.slice(0, MOST_ASKED);

/** One in how many hashes is kept: a power of two, so that what the longer keeps the shorter keeps too. */
function thinning(hashCount: number): number {
  const wanted = Math.floor(Math.log2(Math.max(1, hashCount / FEWEST_KEYS)));
  return Math.min(THINNEST, 2 ** wanted);
}

const saltOf = (orgId: string): number => Number.parseInt(orgId.replaceAll('-', '').slice(0, 8), 16);

/** A permutation of the 32-bit numbers that leaves no pattern (the finaliser "lowbias32"). */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}
