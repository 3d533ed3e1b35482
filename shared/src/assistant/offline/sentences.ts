import type { TextSegment } from '../enricher.ts';

/** What is no prose: it neither opens nor sums up a text. */
const NO_PROSE = new Set(['heading', 'code', 'table-row']);

/** Speech without punctuation is cut after so many words, so that a sentence still fits a summary. */
const LONGEST_WORDS = 40;

/** Sentences in order. Cues break in the middle of a sentence, so those of one speaker are joined first. */
export function sentences(segments: readonly TextSegment[], language: string | null): string[] {
  const segmenter = new Intl.Segmenter(language ?? 'en', { granularity: 'sentence' });
  return runs(segments).flatMap((run) =>
    [...segmenter.segment(run)].flatMap(({ segment }) =>
      shortened(segment.replace(/\s+/g, ' ').trim()).filter((part) => /[\p{L}\p{N}]/u.test(part)),
    ),
  );
}

/** Text that may hold a sentence together: what one speaker says, or one block of a document. */
function runs(segments: readonly TextSegment[]): string[] {
  const joined: { speaker: string | null; isSpeech: boolean; texts: string[] }[] = [];
  for (const { text, kind = 'speech', speaker = null } of segments) {
    if (NO_PROSE.has(kind)) continue;
    const last = joined.at(-1);
    if (kind === 'speech' && last?.isSpeech && last.speaker === speaker) last.texts.push(text);
    else joined.push({ speaker, isSpeech: kind === 'speech', texts: [text] });
  }
  return joined.map(({ texts }) => texts.join(' '));
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
