/** The last segment that has begun at `seconds`, or -1 before the first. Segments are in order; one without times is skipped over. */
export function findSegment(segments: readonly { startSeconds: number | null }[], seconds: number): number {
  let low = 0;
  let high = segments.length - 1;
  let found = -1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.startSeconds ?? 0) <= seconds) {
      found = middle;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return found;
}
