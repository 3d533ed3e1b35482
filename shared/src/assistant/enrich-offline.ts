import type { Enricher } from './enricher.ts';
import { NO_USAGE } from './model.ts';
import { OFFLINE_MODEL } from './models/offline.ts';
import { chooseTitle } from './offline/choose-title.ts';
import { detectLanguage } from './offline/detect-language.ts';
import { keyPhrases } from './offline/key-phrases.ts';
import { pickSentences, rankSentences } from './offline/rank-sentences.ts';
import { sentences } from './offline/sentences.ts';

/** Enough for the gist, and still read at a glance. */
const SUMMARY_SENTENCES = 4;
const SUMMARY_CHARACTERS = 700;
const TAGS = 8;

/** Without a language model: the summary is made of the text's own sentences, the tags of its own phrases. */
export const enrichOffline: Enricher = {
  async enrich(input) {
    const text = input.segments.map((segment) => segment.text).join(' ');
    const language = input.language ?? detectLanguage(text);
    const found = sentences(input.segments, language);
    const ranked = rankSentences(found, { preferStart: input.kind === 'document' });
    return {
      title: chooseTitle(input, ranked),
      summary: pickSentences(ranked, SUMMARY_SENTENCES, SUMMARY_CHARACTERS)
        .map((sentence) => sentence.text)
        .join(' '),
      tags: keyPhrases(found, TAGS),
      language,
      model: OFFLINE_MODEL,
      isOffline: true,
      usage: NO_USAGE,
    };
  },
};
