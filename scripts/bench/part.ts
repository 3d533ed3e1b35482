import type { Figure } from './figure.ts';

/** Some figures that are measured together. */
export interface Part {
  /** What `bun run bench -- NAME…` chooses by. */
  readonly name: string;
  /** Measures, and leaves nothing behind. A text says why it cannot be measured here. */
  run(): Promise<readonly Figure[] | string>;
}

/** Rounded to what the measurement can tell. */
export function figure(name: string, value: number, unit: string, n: number, note: string, digits = 1): Figure {
  return { name, value: Number(value.toFixed(digits)), unit, n, note };
}
