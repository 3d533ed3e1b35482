import type { Segment } from '@nexus/shared/archive';
import type { SpeechPart } from './speech-parts.ts';

type Word = NonNullable<Segment['words']>[number];

export interface TimedText {
  startSeconds: number;
  endSeconds: number;
  text: string;
  words?: Word[];
  /** Where the transcriber tells who speaks. */
  speaker?: string | null;
}

/** A segment of speech without the fields of documents. Times to the millisecond. */
export function speechSegment({ startSeconds, endSeconds, text, words, speaker = null }: TimedText): Segment {
  const segment: Segment = {
    kind: 'speech',
    level: null,
    page: null,
    startSeconds: milliseconds(startSeconds),
    endSeconds: milliseconds(endSeconds),
    speaker,
    text: text.replace(/\s+/g, ' ').trim(),
  };
  if (words && words.length > 0) {
    segment.words = words.map((word) => ({
      text: word.text,
      startSeconds: milliseconds(word.startSeconds),
      endSeconds: milliseconds(word.endSeconds),
    }));
  }
  return segment;
}

/** Moves what one part said to its place in the recording and keeps what is the part's own: its middle decides. */
export function placePart(part: SpeechPart, said: readonly TimedText[]): TimedText[] {
  const shift = (span: { startSeconds: number; endSeconds: number }) => ({
    startSeconds: part.startSeconds + Math.max(0, span.startSeconds),
    endSeconds: Math.min(part.startSeconds + span.endSeconds, part.endSeconds),
  });
  return said
    .map((item) => ({ ...item, ...shift(item), words: item.words?.map((word) => ({ ...word, ...shift(word) })) }))
    .filter(({ startSeconds, endSeconds }) => {
      const middle = (startSeconds + Math.max(startSeconds, endSeconds)) / 2;
      return middle >= part.keepFromSeconds && middle < part.keepToSeconds;
    });
}

/** Ordered, not overlapping, without empty texts and without what a model says again and again when it is lost. */
export function joinSegments(said: readonly TimedText[]): Segment[] {
  const ordered = said
    .filter(({ text }) => text.trim() !== '')
    .toSorted((a, b) => a.startSeconds - b.startSeconds || a.endSeconds - b.endSeconds);
  const kept = dropRepeats(ordered);
  return kept.map((item, i) => {
    const next = kept[i + 1]?.startSeconds ?? Infinity;
    const endSeconds = Math.max(item.startSeconds, Math.min(item.endSeconds, next));
    return speechSegment({ ...item, endSeconds });
  });
}

/** "Thank you." twice in a row happens; a third time, without a pause, is the model in a loop. */
const MOST_REPEATS = 2;
/** Longest phrase looked for within one text. */
const LONGEST_PHRASE = 12;

function dropRepeats(said: readonly TimedText[]): TimedText[] {
  let last = '';
  let times = 0;
  return said.flatMap((item) => {
    const shortened = shortenLoops(item);
    const plain = shortened.text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
    times = plain !== '' && plain === last ? times + 1 : 1;
    last = plain;
    return times > MOST_REPEATS ? [] : [shortened];
  });
}

/** Within one text: a phrase of up to twelve words said four times or more in a row is said once. */
function shortenLoops(item: TimedText): TimedText {
  const words = item.text.trim().split(/\s+/);
  const keep: number[] = [];
  for (let at = 0; at < words.length;) {
    const phrase = loopAt(words, at);
    const length = phrase?.length ?? 1;
    for (let i = 0; i < length; i++) keep.push(at + i);
    at += phrase ? phrase.length * phrase.times : 1;
  }
  if (keep.length === words.length) return item;
  const isAligned = item.words?.length === words.length;
  return {
    ...item,
    text: keep.map((i) => words[i]).join(' '),
    words: isAligned ? keep.map((i) => item.words![i]!) : undefined,
  };
}

function loopAt(words: readonly string[], at: number): { length: number; times: number } | null {
  const same = (a: string | undefined, b: string | undefined) =>
    a !== undefined && a.toLowerCase() === b?.toLowerCase();
  for (let length = 1; length <= LONGEST_PHRASE; length++) {
    let end = at + length;
    while (end < words.length && same(words[end], words[end - length])) end++;
    const times = Math.floor((end - at) / length);
    if (times >= 4) return { length, times };
  }
  return null;
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
