import type { Segment } from './contracts.ts';

/** What one speaker says without interruption. Without speakers every segment stands alone. */
export interface Turn {
  speaker: string | null;
  startSeconds: number | null;
  texts: string[];
}

export function turnsOf(segments: readonly Segment[]): Turn[] {
  const turns: Turn[] = [];
  for (const { speaker, startSeconds, text } of segments) {
    const last = turns.at(-1);
    if (last && speaker !== null && last.speaker === speaker) last.texts.push(singleSpaced(text));
    else turns.push({ speaker, startSeconds, texts: [singleSpaced(text)] });
  }
  return turns;
}

/** Segments under the chapter in which they begin; the first part has none when something is said before the first chapter. */
export function byChapter(
  segments: readonly Segment[],
  chapters: readonly { startSeconds: number; title: string }[],
): { title: string | null; segments: Segment[] }[] {
  const parts: { title: string | null; segments: Segment[] }[] = [
    { title: null, segments: [] },
    ...chapters.map(({ title }) => ({ title, segments: [] })),
  ];
  for (const segment of segments) {
    const at = chapters.findLastIndex(
      ({ startSeconds }) => startSeconds <= (segment.startSeconds ?? -1) + ROUNDING_SECONDS,
    );
    parts[at + 1]!.segments.push(segment);
  }
  return parts.filter((part) => part.title !== null || part.segments.length > 0);
}

/** Chapters are given in whole seconds, or rounded otherwise than the cue they begin with. */
const ROUNDING_SECONDS = 0.5;

export const singleSpaced = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** `4:05`, `1:02:09`. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
