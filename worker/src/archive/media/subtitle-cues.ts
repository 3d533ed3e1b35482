import type { Segment } from '@nexus/shared/archive';

/** A cue as its file has it: any order, overlapping, perhaps ending before it starts. */
export interface RawCue {
  startSeconds: number;
  endSeconds: number;
  /** Cleaned of markup, none empty. */
  lines: string[];
  speaker: string | null;
}

/** Cues that start within 10 ms of each other are one: two places on the screen, one moment. */
export const SAME_MOMENT = 0.01;
/** How long a cue is shown whose end makes no sense. */
const DEFAULT_SECONDS = 2;

/** Brings cues into the order of time, without overlaps, without what is said twice only because it is shown twice. */
export function tidyCues(raw: readonly RawCue[]): Segment[] {
  const sorted = raw
    .map((cue) =>
      cue.endSeconds > cue.startSeconds ? cue : { ...cue, endSeconds: cue.startSeconds + DEFAULT_SECONDS },
    )
    .sort((a, b) => a.startSeconds - b.startSeconds || a.endSeconds - b.endSeconds);
  const cues = joinSimultaneous(isRolling(sorted) ? unroll(sorted) : sorted);

  return cues.map((cue, i) => {
    const next = cues[i + 1]?.startSeconds ?? Infinity;
    return {
      kind: 'speech',
      level: null,
      page: null,
      startSeconds: milliseconds(cue.startSeconds),
      endSeconds: milliseconds(Math.min(cue.endSeconds, next)),
      speaker: cue.speaker,
      text: cue.lines.join(' '),
    };
  });
}

/**
 * Automatic captions (YouTube's among them) scroll: each cue repeats the line before above the new one. Said of the whole
 * file, because two people may well say "No." one after the other.
 */
export function isRolling(cues: readonly RawCue[]): boolean {
  if (cues.length < 4) return false;
  let carried = 0;
  for (let i = 1; i < cues.length; i++) if (carriedLines(cues[i - 1]!, cues[i]!) > 0) carried++;
  return carried / (cues.length - 1) >= 0.5;
}

/** How many of a cue's first lines were the last lines of the cue before. */
function carriedLines(before: RawCue, cue: RawCue): number {
  if (cue.startSeconds > before.endSeconds + 0.5) return 0;
  for (let count = Math.min(before.lines.length, cue.lines.length); count > 0; count--) {
    if (before.lines.slice(-count).every((line, i) => line === cue.lines[i])) return count;
  }
  return 0;
}

function unroll(cues: readonly RawCue[]): RawCue[] {
  const fresh: RawCue[] = [];
  cues.forEach((cue, i) => {
    const before = cues[i - 1];
    const lines = cue.lines.slice(before ? carriedLines(before, cue) : 0);
    const last = fresh.at(-1);
    if (lines.length > 0) fresh.push({ ...cue, lines });
    else if (last) last.endSeconds = Math.max(last.endSeconds, cue.endSeconds);
  });
  return fresh;
}

function joinSimultaneous(cues: readonly RawCue[]): RawCue[] {
  const joined: RawCue[] = [];
  for (const cue of cues) {
    const last = joined.at(-1);
    if (!last || cue.startSeconds - last.startSeconds >= SAME_MOMENT) {
      joined.push({ ...cue });
      continue;
    }
    if (cue.lines.join('\n') !== last.lines.join('\n')) last.lines = [...last.lines, ...cue.lines];
    if (cue.speaker !== last.speaker) last.speaker = null;
    last.endSeconds = Math.max(last.endSeconds, cue.endSeconds);
  }
  return joined;
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
