import type { RawCue } from './subtitle-cues.ts';

/** `ANN:`, `>> Dr. Ann Lee:`, `Speaker 1:` before the words. */
const PREFIX = /^(?:[>›»-]+\s*)?(\p{Lu}[\p{L}\p{M}\p{N}.'’ -]{0,40}?)\s?:\s+(?=\S)/u;
const NEW_SPEAKER = /^(?:>>|[-–—]\s)/;
const MOST_WORDS = 4;
/** Whoever was named goes on speaking in the cues that follow at once. */
const LONGEST_GAP_SECONDS = 3;

/**
 * Takes names before the words as speakers, where a file has that habit: some name stands so twice or more, and those are most of
 * what stands so. Else "Note: …" would speak. Files with voices of their own are left as they are.
 */
export function readNamePrefixes(cues: readonly RawCue[]): RawCue[] {
  if (cues.some(({ speaker }) => speaker !== null)) return [...cues];
  const counts = new Map<string, number>();
  for (const { lines } of cues) {
    const name = nameOf(lines[0] ?? '');
    if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const repeated = [...counts.values()].filter((count) => count > 1).reduce((sum, count) => sum + count, 0);
  if (repeated * 2 <= total) return [...cues];

  let last: RawCue | undefined;
  return cues.map((cue) => {
    const [first = '', ...rest] = cue.lines;
    const name = nameOf(first);
    if (name) return (last = { ...cue, lines: [first.replace(PREFIX, ''), ...rest], speaker: name });
    const goesOn =
      last !== undefined && !NEW_SPEAKER.test(first) && cue.startSeconds - last.endSeconds <= LONGEST_GAP_SECONDS;
    return (last = goesOn ? { ...cue, speaker: last!.speaker } : { ...cue });
  });
}

function nameOf(line: string): string | null {
  const name = PREFIX.exec(line)?.[1]?.trim();
  return name && name.split(/\s+/).length <= MOST_WORDS ? name : null;
}
