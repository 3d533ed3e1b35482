import type { Segment } from '@nexus/shared/archive';
import type { Turn } from './join-voices.ts';

type Word = NonNullable<Segment['words']>[number];

/** A word this near to a turn belongs to it: engines disagree by so much about where sound begins. */
const NEAR_SECONDS = 1;
/** One or two words within somebody else's sentence are the clock's mistake more often than an interruption. */
const SHORTEST_TURN_SECONDS = 0.4;

/** Gives each segment the speaker that is heard longest in it; where its words say that the speaker changes, it is parted. */
export function assignSpeakers(
  segments: readonly Segment[],
  turns: readonly Turn[],
  labelOf: (speaker: number) => string,
): Segment[] {
  const speakerAt = overlapOf(turns);
  const label = (speaker: number | null) => (speaker === null ? null : labelOf(speaker));
  return segments.flatMap((segment) => {
    if (segment.startSeconds === null || segment.endSeconds === null) return [segment];
    const whole = speakerAt(segment.startSeconds, segment.endSeconds);
    if (!segment.words || segment.words.length < 2) return [{ ...segment, speaker: label(whole) }];
    const speakers = smooth(
      segment.words.map((word) => speakerAt(word.startSeconds, word.endSeconds) ?? whole),
      segment.words,
    );
    return partAt(segment, segment.words, speakers).map(({ part, speaker }) => ({ ...part, speaker: label(speaker) }));
  });
}

/** Who is heard longest between two moments, or nearest to them; null when nobody is near. Asked in the order of time. */
function overlapOf(turns: readonly Turn[]): (startSeconds: number, endSeconds: number) => number | null {
  const ordered = turns.toSorted((a, b) => a.startSeconds - b.startSeconds);
  const longest = Math.max(0, ...ordered.map((turn) => turn.endSeconds - turn.startSeconds));
  return (startSeconds, endSeconds) => {
    const shares = new Map<number, number>();
    let nearest: { speaker: number; gap: number } | null = null;
    for (let i = firstFrom(ordered, startSeconds - longest - NEAR_SECONDS); i < ordered.length; i++) {
      const turn = ordered[i]!;
      if (turn.startSeconds > endSeconds + NEAR_SECONDS) break;
      const share = Math.min(endSeconds, turn.endSeconds) - Math.max(startSeconds, turn.startSeconds);
      if (share > 0) shares.set(turn.speaker, (shares.get(turn.speaker) ?? 0) + share);
      else if (-share <= NEAR_SECONDS && -share < (nearest?.gap ?? Infinity))
        nearest = { speaker: turn.speaker, gap: -share };
    }
    let best: number | null = null;
    for (const [speaker, share] of shares) if (best === null || share > shares.get(best)!) best = speaker;
    return best ?? nearest?.speaker ?? null;
  };
}

/** The first turn that begins at this moment or later. */
function firstFrom(turns: readonly Turn[], seconds: number): number {
  let low = 0;
  let high = turns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (turns[middle]!.startSeconds < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Very short runs between two of the same speaker become that speaker's. */
function smooth(speakers: (number | null)[], words: readonly Word[]): (number | null)[] {
  const smoothed = [...speakers];
  for (let from = 0; from < smoothed.length;) {
    let to = from + 1;
    while (to < smoothed.length && smoothed[to] === smoothed[from]) to++;
    const before = smoothed[from - 1];
    const isShort = words[to - 1]!.endSeconds - words[from]!.startSeconds < SHORTEST_TURN_SECONDS;
    if (from > 0 && to < smoothed.length && isShort && before === smoothed[to]) smoothed.fill(before!, from, to);
    from = to;
  }
  return smoothed;
}

function partAt(segment: Segment, words: readonly Word[], speakers: readonly (number | null)[]) {
  const starts = speakers.flatMap((speaker, i) => (i === 0 || speaker !== speakers[i - 1] ? [i] : []));
  if (starts.length === 1) return [{ part: segment, speaker: speakers[0]! }];
  const offsets = offsetsOf(segment.text, words);
  return starts.map((from, i) => {
    const to = starts[i + 1] ?? words.length;
    const own = words.slice(from, to);
    const text = offsets
      ? segment.text.slice(i === 0 ? 0 : offsets[from], offsets[to]).trim()
      : own.map((word) => word.text).join(' ');
    const part: Segment = {
      ...segment,
      startSeconds: i === 0 ? segment.startSeconds : own[0]!.startSeconds,
      endSeconds: to === words.length ? segment.endSeconds : Math.min(own.at(-1)!.endSeconds, words[to]!.startSeconds),
      text,
      words: own,
    };
    return { part, speaker: speakers[from]! };
  });
}

/** Where each word begins in the text, which has punctuation and spaces that words may lack; null when they do not fit. */
function offsetsOf(text: string, words: readonly Word[]): number[] | null {
  const offsets: number[] = [];
  let at = 0;
  for (const word of words) {
    const found = text.indexOf(word.text, at);
    if (found === -1) return null;
    offsets.push(found);
    at = found + word.text.length;
  }
  return offsets;
}
