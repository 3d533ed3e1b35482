import type { PlacedSegment } from '../../../src/archive/corrections-contracts.ts';
import type { Overlay } from '../../../src/archive/corrections/overlay.ts';
import type { Word } from '../../../src/archive/contracts.ts';

/** Same seed, same numbers: a failing case is named by its seed. */
export function numbersFrom(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SYLLABLES = 'ba ke ro mi tu sa len dor fi gan hul pri sto var nek lim ost qua ted wim'.split(' ');

/** Words as a person says them, 0.4 s each, all different so that each can be told from the others. */
export function speak(count: number, random: () => number): Word[] {
  return Array.from({ length: count }, (_, at) => {
    const syllables = Array.from({ length: 2 }, () => SYLLABLES[Math.floor(random() * SYLLABLES.length)]);
    return { text: `${syllables.join('')}${at.toString(36)}`, startSeconds: at * 0.4, endSeconds: at * 0.4 + 0.35 };
  });
}

/** Cuts words into cues of 3 to 12, as a transcriber would, with or without times of words. */
export function cut(
  words: readonly Word[],
  random: () => number,
  { withWords }: { withWords: boolean },
): PlacedSegment[] {
  const cues: PlacedSegment[] = [];
  for (let at = 0; at < words.length;) {
    const end = Math.min(words.length, at + 3 + Math.floor(random() * 10));
    cues.push(cue(cues.length, words.slice(at, end), withWords));
    at = end;
  }
  return cues;
}

export function cue(position: number, words: readonly Word[], withWords = true): PlacedSegment {
  return {
    kind: 'speech',
    level: null,
    page: null,
    position,
    startSeconds: words[0]!.startSeconds,
    endSeconds: words.at(-1)!.endSeconds,
    speaker: null,
    speakerLabel: null,
    correctionId: null,
    text: words.map(({ text }) => text).join(' '),
    ...(withWords && { words: [...words] }),
  };
}

let made = 0;

/** A correction of this cue on the version `old`. */
export function correctionOf(segment: PlacedSegment, change: Partial<Overlay>): Overlay {
  made++;
  return {
    id: `correction-${made}`,
    number: made,
    transcriptId: 'old',
    position: segment.position,
    startSeconds: segment.startSeconds,
    endSeconds: segment.endSeconds,
    originalText: segment.text,
    text: null,
    speaker: null,
    speakerName: null,
    ...change,
  };
}

export const textOf = (segments: readonly PlacedSegment[]): string => segments.map(({ text }) => text).join(' ');
