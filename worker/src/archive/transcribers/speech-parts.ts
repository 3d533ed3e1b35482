import { FRAME_SECONDS } from './speech-wav.ts';

/** A span of the recording, in seconds. */
export interface Span {
  startSeconds: number;
  endSeconds: number;
}

/** A span to transcribe. What it says between `keepFrom` and `keepTo` counts; around that it overlaps its neighbours. */
export interface SpeechPart extends Span {
  keepFromSeconds: number;
  keepToSeconds: number;
}

/** Quiet vowels and breaths at the edges of speech are below any threshold. */
const PADDING_SECONDS = 0.4;
/** Pauses up to this stay inside: whisper hears 30 s at a time, and many short spans cost a full 30 s each. */
const LONGEST_PAUSE_SECONDS = 3;
/** −54 dB of full scale; recordings have been made by far too quiet microphones, none was lower. */
const QUIETEST_SPEECH = 0.002;

/** Where there may be speech: whatever is clearly louder than the recording's own background. Silence makes whisper invent. */
export function findSpeech(loudness: Float32Array): Span[] {
  const sorted = loudness.toSorted();
  const background = sorted[Math.floor(sorted.length * 0.1)] ?? 0;
  const loud = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  // Background plus 8 dB, but never above a quarter of the loud parts: music under speech lifts the background.
  const threshold = Math.max(QUIETEST_SPEECH, Math.min(background * 2.5, loud / 4));

  const total = loudness.length * FRAME_SECONDS;
  const frames: Span[] = [];
  loudness.forEach((level, frame) => {
    if (level >= threshold)
      frames.push({ startSeconds: frame * FRAME_SECONDS, endSeconds: (frame + 1) * FRAME_SECONDS });
  });
  return joinSpans(frames, total);
}

/** Spans in order with room around them; those with only a short pause between are one. */
export function joinSpans(spans: readonly Span[], totalSeconds: number): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const startSeconds = Math.max(0, span.startSeconds - PADDING_SECONDS);
    const endSeconds = Math.min(totalSeconds, span.endSeconds + PADDING_SECONDS);
    const last = joined.at(-1);
    if (last && startSeconds - last.endSeconds <= LONGEST_PAUSE_SECONDS) last.endSeconds = endSeconds;
    else joined.push({ startSeconds, endSeconds });
  }
  return joined;
}

/**
 * Cuts a span into parts no longer than `maxSeconds`, each at the quietest place of its last quarter. Neighbours overlap by
 * two seconds around the cut, so that a word at the edge is whole in one of them.
 */
export function cutSpan(span: Span, loudness: Float32Array, maxSeconds: number): SpeechPart[] {
  const overlap = Math.min(1, maxSeconds / 20);
  const cuts = [span.startSeconds];
  while (span.endSeconds - cuts.at(-1)! > maxSeconds - 2 * overlap) {
    const from = cuts.at(-1)!;
    const reach = maxSeconds - 2 * overlap;
    cuts.push(quietest(loudness, from + reach * 0.75, from + reach));
  }
  cuts.push(span.endSeconds);

  return cuts.slice(1).map((cut, i) => ({
    startSeconds: Math.max(span.startSeconds, cuts[i]! - (i === 0 ? 0 : overlap)),
    endSeconds: Math.min(span.endSeconds, cut + (i === cuts.length - 2 ? 0 : overlap)),
    keepFromSeconds: cuts[i]!,
    keepToSeconds: cut,
  }));
}

/** The middle of the quietest 0.3 s. */
function quietest(loudness: Float32Array, fromSeconds: number, toSeconds: number): number {
  const width = Math.round(0.3 / FRAME_SECONDS);
  const last = Math.min(loudness.length, Math.floor(toSeconds / FRAME_SECONDS)) - width;
  let best = Math.floor(fromSeconds / FRAME_SECONDS);
  let lowest = Infinity;
  for (let frame = best; frame <= last; frame++) {
    let sum = 0;
    for (let i = frame; i < frame + width; i++) sum += loudness[i]!;
    if (sum < lowest) {
      lowest = sum;
      best = frame;
    }
  }
  return (best + width / 2) * FRAME_SECONDS;
}
