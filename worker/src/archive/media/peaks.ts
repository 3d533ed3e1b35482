/** A waveform: the lowest and the highest sample of each equal part of the recording, from −128 to 127. */
export interface Peaks {
  min: number[];
  max: number[];
}

const MAX_POINTS = 4000;

/**
 * Collects a waveform from a stream of 16-bit little-endian mono samples in constant memory. The length need not be known:
 * whenever 4,000 points are full, neighbours are merged, so the result has 2,000 to 4,000 (fewer only for under 32,000 samples).
 */
export function collectPeaks(): {
  write(pcm: Uint8Array): void;
  finish(): { peaks: Peaks; samples: number; samplesPerPoint: number };
} {
  const lows = new Int8Array(MAX_POINTS);
  const highs = new Int8Array(MAX_POINTS);
  let samplesPerPoint = 16;
  let points = 0;
  let samples = 0;
  let inPoint = 0;
  let low = 32767;
  let high = -32768;
  let oddByte: number | null = null;

  const closePoint = () => {
    if (points === MAX_POINTS) {
      points = MAX_POINTS / 2;
      samplesPerPoint *= 2;
      for (let i = 0; i < points; i++) {
        lows[i] = Math.min(lows[2 * i]!, lows[2 * i + 1]!);
        highs[i] = Math.max(highs[2 * i]!, highs[2 * i + 1]!);
      }
      if (inPoint < samplesPerPoint) return; // the point in hand has become half of a larger one
    }
    lows[points] = low >> 8;
    highs[points] = high >> 8;
    points++;
    inPoint = 0;
    low = 32767;
    high = -32768;
  };
  const take = (sample: number) => {
    if (sample < low) low = sample;
    if (sample > high) high = sample;
    if (++inPoint >= samplesPerPoint) closePoint();
  };

  return {
    write(pcm) {
      let start = 0;
      if (oddByte !== null && pcm.byteLength > 0) {
        take(((oddByte | (pcm[0]! << 8)) << 16) >> 16);
        samples++;
        start = 1;
        oddByte = null;
      }
      const view = new DataView(pcm.buffer, pcm.byteOffset + start, pcm.byteLength - start);
      const count = view.byteLength >> 1;
      for (let i = 0; i < count; i++) take(view.getInt16(2 * i, true));
      samples += count;
      if (view.byteLength % 2 === 1) oddByte = pcm[pcm.byteLength - 1]!;
    },
    finish() {
      if (inPoint > 0) closePoint();
      if (inPoint > 0 && low <= high) closePoint();
      const peaks = { min: [...lows.subarray(0, points)], max: [...highs.subarray(0, points)] };
      return { peaks, samples, samplesPerPoint };
    },
  };
}

/** Peaks of sound that ends before its film, over the whole of the film: silence from there on. As many points as before. */
export function stretchPeaks(peaks: Peaks, soundSeconds: number, filmSeconds: number): Peaks {
  const points = peaks.max.length;
  const at = (i: number) => Math.floor((i * filmSeconds) / soundSeconds);
  const spread = (values: readonly number[]) => Array.from({ length: points }, (_, i) => values[at(i)] ?? 0);
  return { ...peaks, min: spread(peaks.min), max: spread(peaks.max) };
}
