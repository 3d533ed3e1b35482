import type { TimedToken } from './retime-words.ts';
import { commonShare, likeness, type Token } from './tokens.ts';

export interface TimeRange {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** A stretch of tokens, end exclusive, and how much of what was looked for is in it: 0 to 1. */
export interface Found {
  readonly from: number;
  readonly to: number;
  readonly similarity: number;
}

/** 1,000 × 400 words: beyond it, which takes cues of many minutes, the times alone decide. */
const MOST_CELLS = 400_000;
/** Times of words differ that much between two transcribers. */
const LEEWAY_SECONDS = 0.2;
/** More than leaving a word out costs: a different word said at another time is not the one that was meant. */
const FOREIGN_WORD = 1.5;

/**
 * Where `wanted` stands in `among`, by edits between words (Sellers' search: free before and behind); of equally good places the
 * one nearest to the range of time. Null when nothing of it is there.
 */
export function locateTokens(wanted: readonly Token[], among: readonly TimedToken[], range: TimeRange): Found | null {
  if (wanted.length === 0 || among.length === 0) return null;
  if (wanted.length * among.length > MOST_CELLS) return locateByTime(wanted, among, range);

  const width = among.length + 1;
  const costs = new Float32Array((wanted.length + 1) * width);
  const moves = new Uint8Array(costs.length);
  for (let i = 1; i <= wanted.length; i++) {
    costs[i * width] = i;
    moves[i * width] = Move.missing;
    for (let j = 1; j <= among.length; j++) {
      const paired = costs[(i - 1) * width + j - 1]! + pairCost(wanted[i - 1]!, among[j - 1]!, range);
      const missing = costs[(i - 1) * width + j]! + 1;
      const surplus = costs[i * width + j - 1]! + 1;
      const best = Math.min(paired, missing, surplus);
      costs[i * width + j] = best;
      moves[i * width + j] = best === paired ? Move.paired : best === missing ? Move.missing : Move.surplus;
    }
  }

  let to = 0;
  const last = wanted.length * width;
  const distance = (end: number) => Math.abs((among[end - 1]?.endSeconds ?? 0) - range.endSeconds);
  for (let end = 1; end <= among.length; end++) {
    const difference = costs[last + end]! - costs[last + to]!;
    if (difference < -1e-4 || (difference < 1e-4 && distance(end) <= distance(to))) to = end;
  }
  const from = walkBack(moves, width, wanted.length, to);
  return from < to ? { from, to, similarity: Math.max(0, 1 - costs[last + to]! / wanted.length) } : null;
}

const Move = { paired: 1, missing: 2, surplus: 3 } as const;

function walkBack(moves: Uint8Array, width: number, wanted: number, to: number): number {
  let [i, j] = [wanted, to];
  while (i > 0) {
    const move = moves[i * width + j];
    if (move !== Move.surplus) i--;
    if (move !== Move.missing) j--;
  }
  return j;
}

function pairCost(wanted: Token, token: TimedToken, range: TimeRange): number {
  const alike = likeness(wanted, token);
  if (alike > 0) return 1 - alike;
  return isWithin(token, range) ? 1 : FOREIGN_WORD;
}

const isWithin = (token: TimedToken, range: TimeRange): boolean => isMiddleWithin(token, range, LEEWAY_SECONDS);

export function isMiddleWithin(token: TimedToken, range: TimeRange, leewaySeconds: number): boolean {
  const middle = (token.startSeconds + token.endSeconds) / 2;
  return middle >= range.startSeconds - leewaySeconds && middle <= range.endSeconds + leewaySeconds;
}

function locateByTime(wanted: readonly Token[], among: readonly TimedToken[], range: TimeRange): Found | null {
  const from = among.findIndex((token) => isWithin(token, range));
  if (from === -1) return null;
  const to = among.findLastIndex((token) => isWithin(token, range)) + 1;
  return { from, to, similarity: commonShare(wanted, among.slice(from, to)) };
}
