import type { PlacedSegment } from '../open-item.svelte.ts';

/** Names by label of everyone heard, in the order in which they first speak. */
export function speakerNamesOf(segments: readonly PlacedSegment[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { speakerLabel, speaker } of segments) {
    if (speakerLabel !== null && !names.has(speakerLabel)) names.set(speakerLabel, speaker ?? speakerLabel);
  }
  return names;
}
