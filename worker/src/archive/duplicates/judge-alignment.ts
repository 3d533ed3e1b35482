import type { DuplicateRelation } from '@nexus/shared/archive';
import type { Alignment } from './align-fingerprints.ts';

/** Re-encoded, quieter or cut copies stay below 0.09, unrelated recordings above 0.31. */
const SURE_ERROR = 0.1;
const MOST_ERROR = 0.28;
/** In a part one picks the 8 s that fit best: two talks by the same synthetic voice reached 0.25 that way, excerpts stay below 0.07. */
const MOST_ERROR_IN_PART = 0.22;
const WHOLE = 0.9;
/** Of the shorter one. Less is an opening tune, an advertisement, a greeting: not worth a question. */
const LEAST_SHARE = 0.25;

/** Of `a` to `b`. `same` stops the work on the newer one, everything else is asked; null is nothing. */
export function judgeAlignment(
  { bitErrorRate, shareOfA, shareOfB }: Pick<Alignment, 'bitErrorRate' | 'shareOfA' | 'shareOfB'>,
  durations: { a: number; b: number },
): DuplicateRelation | null {
  if (bitErrorRate > MOST_ERROR) return null;
  // What counts leaves silence out, so the lengths are looked at by themselves.
  const areAlike = Math.min(durations.a, durations.b) >= WHOLE * Math.max(durations.a, durations.b);
  if (shareOfA >= WHOLE && shareOfB >= WHOLE && areAlike) return bitErrorRate <= SURE_ERROR ? 'same' : 'maybe';
  if (bitErrorRate > MOST_ERROR_IN_PART || Math.max(shareOfA, shareOfB) < LEAST_SHARE) return null;
  if (shareOfA >= WHOLE && shareOfA >= shareOfB) return 'excerpt';
  if (shareOfB >= WHOLE) return 'contains';
  return 'overlap';
}
