/** A scale of whole numbers from 0 whose top is at or above `most`, with three to five ticks. */
export function niceScale(most: number): { top: number; ticks: number[] } {
  const step = niceStep(Math.max(1, most) / 4);
  const top = Math.ceil(Math.max(1, most) / step) * step;
  const ticks: number[] = [];
  for (let tick = 0; tick <= top; tick += step) ticks.push(tick);
  return { top, ticks };
}

/** 1, 2 or 5 times a power of ten, at least 1. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  return Math.max(1, factor * power);
}
