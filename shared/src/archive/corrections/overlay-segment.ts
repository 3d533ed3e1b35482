import { retimeWords } from './retime-words.ts';
import type { OverlaidSegment, Statement } from './overlay.ts';

/** Gives a segment other words; those it keeps keep their times. */
export function rewrite(segment: OverlaidSegment, text: string): void {
  const { startSeconds, endSeconds, words } = segment;
  if (words && startSeconds !== null && endSeconds !== null && text !== segment.text)
    segment.words = retimeWords(text, { words, startSeconds, endSeconds });
  segment.text = text;
}

/** Gives it another speaker: in the version it was chosen in a label may be meant, in another only the name counts. */
export function reassign(segment: OverlaidSegment, { speaker, speakerName }: Statement, isSameVersion: boolean): void {
  if (speaker === null) return;
  const name = isSameVersion ? speaker : (speakerName ?? speaker);
  segment.speaker = name === '' ? null : name;
  segment.hasGivenSpeaker = !isSameVersion;
}
