/** As the worker writes it: one pair per slice of the recording, each from -128 to 127. */
export interface Peaks {
  min: number[];
  max: number[];
}

export const WAVEFORM_HEIGHT = 100;

/**
 * An SVG path of upright bars, `bars` wide and 100 high, the middle at 50. Quiet recordings are raised to the full height:
 * the picture is for finding one's way, not for measuring.
 */
export function waveformPath({ min, max }: Peaks, bars: number): string {
  const count = Math.min(min.length, max.length);
  if (count === 0) return '';
  const heights = Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * count) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * count) / bars));
    let peak = 0;
    for (let index = from; index < to; index++) peak = Math.max(peak, max[index] ?? 0, -(min[index] ?? 0));
    return peak;
  });
  const loudest = Math.max(1, ...heights);
  return heights
    .map((height, bar) => {
      const half = Math.max(1, (height / loudest) * 48);
      return `M${bar + 0.5} ${(50 - half).toFixed(1)}V${(50 + half).toFixed(1)}`;
    })
    .join('');
}
