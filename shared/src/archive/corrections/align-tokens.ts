import type { Token } from './tokens.ts';

/** 2,000 × 2,000 different words: 16 MB and about 50 ms. Beyond that only what both begin and end with is paired. */
const MOST_CELLS = 4_000_000;

/**
 * Pairs the words that two texts share, in order (longest common subsequence). For each word of `to` the index of its partner in
 * `from`, or -1.
 */
export function alignTokens(from: readonly Token[], to: readonly Token[]): number[] {
  const partners = Array.from<number>({ length: to.length }).fill(-1);
  const least = Math.min(from.length, to.length);
  let head = 0;
  while (head < least && from[head]!.key === to[head]!.key) partners[head] = head++;
  let tail = 0;
  while (tail < least - head && from.at(-1 - tail)!.key === to.at(-1 - tail)!.key) {
    partners[to.length - 1 - tail] = from.length - 1 - tail;
    tail++;
  }
  const [rows, columns] = [from.length - head - tail, to.length - head - tail];
  if (rows > 0 && columns > 0 && rows * columns <= MOST_CELLS) pairMiddle(from, to, head, rows, columns, partners);
  return partners;
}

function pairMiddle(
  from: readonly Token[],
  to: readonly Token[],
  head: number,
  rows: number,
  columns: number,
  partners: number[],
): void {
  const width = columns + 1;
  // Length of the longest common subsequence of what follows each pair of places.
  const lengths = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      lengths[i * width + j] =
        from[head + i]!.key === to[head + j]!.key
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  let [i, j] = [0, 0];
  while (i < rows && j < columns) {
    if (from[head + i]!.key === to[head + j]!.key) partners[head + j++] = head + i++;
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++;
    else j++;
  }
}

/** A stretch of `from` and the stretch of `to` that stands in its place; ends are exclusive. */
export interface Gap {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/** What lies between the pairs: words of `to` without a partner, and the words of `from` that they replace. */
export function gapsOf(partners: readonly number[], fromLength: number): Gap[] {
  const gaps: Gap[] = [];
  let [fromStart, toStart] = [0, 0];
  for (let at = 0; at <= partners.length; at++) {
    const partner = at === partners.length ? fromLength : partners[at]!;
    if (partner === -1) continue;
    if (at > toStart) gaps.push({ from: [fromStart, partner], to: [toStart, at] });
    [fromStart, toStart] = [partner + 1, at + 1];
  }
  return gaps;
}
