import { tidyTags } from './enrich/tidy-tags.ts';
import type { Claim, Enricher, EnrichInput } from './enricher.ts';
import { NO_USAGE } from './model.ts';
import { OFFLINE_MODEL } from './models/offline.ts';
import { chooseTitle } from './offline/choose-title.ts';
import { detectLanguage } from './offline/detect-language.ts';
import { keyPhrases } from './offline/key-phrases.ts';
import { pickSentences, rankSentences } from './offline/rank-sentences.ts';
import { type PlacedSentence, sentences } from './offline/sentences.ts';

/** Enough for the gist, and still read at a glance. */
const SUMMARY_SENTENCES = 4;
const SUMMARY_CHARACTERS = 700;
/** A page at most, and never most of a short text. */
const POINTS = 12;
const POINT_CHARACTERS = 2_400;
const POINTS_SHARE = 0.4;
const TAGS = 8;

/** Without a language model: summaries are made of the text's own sentences, tags of its own phrases. Nothing else is claimed. */
export const enrichOffline: Enricher = {
  async enrich(input) {
    const text = input.segments.map((segment) => segment.text).join(' ');
    const language = input.language ?? detectLanguage(text);
    const placed = sentences(input.segments, language);
    const found = placed.map((sentence) => sentence.text);
    const ranked = rankSentences(found, { preferStart: input.kind === 'document' });
    return {
      title: chooseTitle(input, ranked),
      summary: pickSentences(ranked, SUMMARY_SENTENCES, SUMMARY_CHARACTERS)
        .map((sentence) => sentence.text)
        .join(' '),
      tags: tidyTags(keyPhrases(found, TAGS), input.knownTags),
      language,
      chapters: [],
      claims: points(input, placed, ranked),
      gaps: {},
      model: OFFLINE_MODEL,
      isOffline: true,
      usage: NO_USAGE,
    };
  },
};

/** The long summary: more of the same sentences. None where it would hardly be longer than the short one. */
function points(
  input: EnrichInput,
  placed: readonly PlacedSentence[],
  ranked: ReturnType<typeof rankSentences>,
): Claim[] {
  const count = Math.min(POINTS, Math.floor(placed.length * POINTS_SHARE));
  if (count <= SUMMARY_SENTENCES) return [];
  return pickSentences(ranked, count, POINT_CHARACTERS).map(({ index, text }) => {
    const { segment } = placed[index]!;
    return {
      kind: 'point',
      text,
      who: null,
      until: null,
      startSeconds: input.kind === 'recording' ? (input.segments[segment]!.startSeconds ?? null) : null,
      paragraph: input.kind === 'document' ? segment : null,
    };
  });
}
