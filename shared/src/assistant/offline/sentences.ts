import type { TextSegment } from '../enricher.ts';

/** What is no prose: it neither opens nor sums up a text. */
const NO_PROSE = new Set(['heading', 'code', 'table-row']);

/** Speech without punctuation is cut after so many words, so that a sentence still fits a summary. */
const LONGEST_WORDS = 40;

export interface PlacedSentence {
  readonly text: string;
  /** Index of the segment it begins in. */
  readonly segment: number;
}

/** Sentences in order. Cues break in the middle of a sentence, so those of one speaker are joined first. */
export function sentences(segments: readonly TextSegment[], language: string | null): PlacedSentence[] {
  const segmenter = new Intl.Segmenter(language ?? 'en', { granularity: 'sentence' });
  return runs(segments).flatMap(({ texts, first }) => {
    const place = placesOf(texts);
    return [...segmenter.segment(texts.join(' '))]
      .flatMap(({ segment }) => shortened(segment.replace(/\s+/g, ' ').trim()))
      .map((text) => ({ text, segment: first + place(text) }))
      .filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
  });
}

/** Which of the texts each sentence begins in, asked in order. Spaces were tidied meanwhile, so letters are counted. */
function placesOf(texts: readonly string[]): (sentence: string) => number {
  const lengthOf = (text: string) => text.replace(/\s+/g, '').length;
  let end = lengthOf(texts[0] ?? '');
  let seen = 0;
  let index = 0;
  return (sentence) => {
    while (seen >= end && index + 1 < texts.length) end += lengthOf(texts[++index]!);
    seen += lengthOf(sentence);
    return index;
  };
}

/** Text that may hold a sentence together: what one speaker says, or one block of a document. */
function runs(segments: readonly TextSegment[]): { texts: string[]; first: number }[] {
  const joined: { speaker: string | null; isSpeech: boolean; texts: string[]; first: number }[] = [];
  for (const [index, { text, kind = 'speech', speaker = null }] of segments.entries()) {
    if (NO_PROSE.has(kind)) continue;
    const last = joined.at(-1);
    const follows = last?.isSpeech && last.speaker === speaker && last.first + last.texts.length === index;
    if (kind === 'speech' && follows) last.texts.push(text);
    else joined.push({ speaker, isSpeech: kind === 'speech', texts: [text], first: index });
  }
  return joined;
}

function shortened(sentence: string): string[] {
  if (sentence === '') return [];
  const all = sentence.split(' ');
  if (all.length <= LONGEST_WORDS) return [sentence];
  const parts: string[] = [];
  let part: string[] = [];
  for (const word of all) {
    part.push(word);
    // A comma past the middle is a better place to stop than the last possible word.
    if (part.length >= LONGEST_WORDS || (part.length > LONGEST_WORDS / 2 && /[,;:]$/.test(word))) {
      parts.push(part.join(' '));
      part = [];
    }
  }
  return part.length > 0 ? [...parts, part.join(' ')] : parts;
}
