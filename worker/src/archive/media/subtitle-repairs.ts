import { NexusError } from '@nexus/shared/platform';
import { isRolling, type RawCue, SAME_MOMENT } from './subtitle-cues.ts';

/** Cues often touch by the rounding of a frame. */
const TOUCHING = 0.1;
/** Players and editors differ about where a recording ends. */
const AFTER_THE_END_SECONDS = 5;

/** What had to be put right for the cues to stand in order, in words for their reader; null when nothing had to. */
export function describeRepairs(raw: readonly RawCue[]): string | null {
  let count = raw.filter(({ startSeconds, endSeconds }, i) => {
    const isBackward = i > 0 && startSeconds < raw[i - 1]!.startSeconds;
    return isBackward || endSeconds < startSeconds;
  }).length;
  const sorted = raw.toSorted((a, b) => a.startSeconds - b.startSeconds);
  // Captions that scroll overlap by design.
  if (!isRolling(sorted)) {
    count += sorted.filter((cue, i) => {
      const before = sorted[i - 1];
      if (!before || cue.startSeconds - before.startSeconds < SAME_MOMENT) return false;
      return cue.startSeconds < before.endSeconds - TOUCHING;
    }).length;
  }
  if (count === 0) return null;
  const cues = count === 1 ? '1 cue overlaps or stands' : `${count} cues overlap or stand`;
  return `In the subtitles ${cues} out of order. They were sorted and cut to fit.`;
}

/** Leaves out what begins after the recording has ended. Throws `unreadable-media` when nothing else is there. */
export function withinRecording(
  raw: readonly RawCue[],
  durationSeconds: number,
): { cues: RawCue[]; warning: string | null } {
  const cues = raw.filter(({ startSeconds }) => startSeconds <= durationSeconds + AFTER_THE_END_SECONDS);
  const left = raw.length - cues.length;
  if (left === 0) return { cues, warning: null };
  if (cues.length === 0) {
    throw new NexusError(
      'unreadable-media',
      'All cues of these subtitles begin after the recording has ended. They may belong to another one.',
    );
  }
  return {
    cues,
    warning: `${left} of ${raw.length} subtitle cues begin after the recording has ended and were left out.`,
  };
}
