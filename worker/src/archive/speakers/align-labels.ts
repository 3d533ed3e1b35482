import { machineSegments, newestTranscriptId, type Segment } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';

/** Labels that only count say nothing outside of their transcript; names from subtitles do. */
const COUNTED = /^Speaker \d+$/;

/**
 * Calls the voices of a new transcript as the one before it did, where they speak at the same times: so the names that people
 * gave stay with their voices. Labels that only count are exchanged, names are left.
 */
export async function alignLabels<Voice>(
  tx: Tx,
  itemId: string,
  heard: { segments: readonly Segment[]; voices: ReadonlyMap<string, Voice> },
): Promise<{ segments: Segment[]; voices: Map<string, Voice> }> {
  const before = await newestTranscriptId(tx, itemId);
  const names =
    before === undefined ? new Map<string, string>() : matchLabels(heard.segments, await machineSegments(tx, before));
  const nameOf = (label: string) => names.get(label) ?? label;
  return {
    segments: heard.segments.map((segment) =>
      segment.speaker === null ? segment : { ...segment, speaker: nameOf(segment.speaker) },
    ),
    voices: new Map([...heard.voices].map(([label, voice]) => [nameOf(label), voice])),
  };
}

/** New label to old one, the longest common time first; the others get numbers that nobody had. */
export function matchLabels(now: readonly Segment[], before: readonly Segment[]): Map<string, string> {
  const counted = [...labelsOf(now)].filter((label) => COUNTED.test(label));
  const known = labelsOf(before);
  const matches = new Map<string, string>();
  if (counted.length === 0 || known.size === 0) return matches;

  const taken = new Set<string>();
  for (const { label, old } of sharedTimes(now, before)) {
    if (!COUNTED.test(label) || matches.has(label) || taken.has(old)) continue;
    matches.set(label, old);
    taken.add(old);
  }
  let number = 0;
  const unused = () => {
    do number += 1;
    while (known.has(`Speaker ${number}`) || taken.has(`Speaker ${number}`));
    return `Speaker ${number}`;
  };
  for (const label of counted) if (!matches.has(label)) matches.set(label, unused());
  return matches;
}

const labelsOf = (segments: readonly Segment[]): Set<string> =>
  new Set(segments.flatMap(({ speaker }) => (speaker === null ? [] : [speaker])));

/** Pairs of labels by how long both speak at once, the longest first. Both lists are in the order of time. */
function sharedTimes(now: readonly Segment[], before: readonly Segment[]): { label: string; old: string }[] {
  const shared = new Map<string, { label: string; old: string; seconds: number }>();
  let from = 0;
  for (const { speaker: label, startSeconds, endSeconds } of now) {
    if (label === null || startSeconds === null || endSeconds === null) continue;
    while (from < before.length && (before[from]!.endSeconds ?? 0) <= startSeconds) from++;
    for (let i = from; i < before.length && (before[i]!.startSeconds ?? 0) < endSeconds; i++) {
      const { speaker: old, startSeconds: oldStart, endSeconds: oldEnd } = before[i]!;
      if (old === null || oldStart === null || oldEnd === null) continue;
      const pair = shared.getOrInsertComputed(`${label}\n${old}`, () => ({ label, old, seconds: 0 }));
      pair.seconds += Math.min(endSeconds, oldEnd) - Math.max(startSeconds, oldStart);
    }
  }
  return [...shared.values()].toSorted((a, b) => b.seconds - a.seconds);
}
