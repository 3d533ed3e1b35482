/** Hashes in which the sound is looked at: 2 s, as far as one hash of chromaprint reaches. */
const WINDOW = 16;
/** Speech and music have ten and more different hashes in 2 s; silence has one, a hum or a beep two or three. */
const FEWEST_DIFFERENT = 5;

/** 1 for each hash that says something. Silence, hum and tone sound alike everywhere and count for nothing. */
export function tellingHashes(hashes: Uint32Array): Uint8Array {
  const telling = new Uint8Array(hashes.length);
  const counts = new Map<number, number>();
  for (let end = 0; end < hashes.length; end++) {
    const entering = hashes[end]!;
    counts.set(entering, (counts.get(entering) ?? 0) + 1);
    if (end >= WINDOW) {
      const leaving = hashes[end - WINDOW]!;
      const left = counts.get(leaving)! - 1;
      if (left === 0) counts.delete(leaving);
      else counts.set(leaving, left);
    }
    if (end >= WINDOW - 1 && counts.size >= FEWEST_DIFFERENT) telling.fill(1, end - WINDOW + 1, end + 1);
  }
  return telling;
}
