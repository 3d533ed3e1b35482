/** Numbers from 0 to 1, the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A fingerprint as of speech: from one hash to the next one bit in five turns. The same seed gives the same sound. */
export function randomSound(seed: number, hashCount: number): Uint32Array {
  const random = seeded(seed);
  let hash = Math.floor(random() * 2 ** 32);
  return Uint32Array.from({ length: hashCount }, () => (hash = (hash ^ turned(random, 0.2)) >>> 0));
}

/** The same sound after it was changed: each bit is turned with the given probability. */
export function withErrors(seed: number, hashes: Uint32Array, rate: number): Uint32Array {
  const random = seeded(seed);
  return hashes.map((hash) => (hash ^ turned(random, rate)) >>> 0);
}

function turned(random: () => number, rate: number): number {
  let bits = 0;
  for (let bit = 0; bit < 32; bit++) if (random() < rate) bits |= 1 << bit;
  return bits;
}
