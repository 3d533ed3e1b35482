import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type { TimedText } from './join-segments.ts';
import { languageCode } from './language-code.ts';

/** https://platform.openai.com/docs/api-reference/audio/verbose-json-object, and what compatible servers leave out of it. */
const Verbose = z.object({
  text: z.string().default(''),
  language: z.string().nullish(),
  segments: z
    .array(
      z.object({
        start: z.number(),
        end: z.number(),
        text: z.string(),
        avg_logprob: z.number().nullish(),
        no_speech_prob: z.number().nullish(),
      }),
    )
    .nullish(),
  words: z.array(z.object({ word: z.string(), start: z.number(), end: z.number() })).nullish(),
});
type Verbose = z.infer<typeof Verbose>;

/** Reads a verbose answer, and makes sure that times really came: some servers accept the wish and ignore it. */
export function parseVerbose(label: string, answer: unknown): { language: string | null; said: TimedText[] } {
  const parsed = Verbose.safeParse(answer);
  if (!parsed.success) {
    throw new NexusError(
      'upstream-refused',
      `${label} answered with something that is not its API. Check the base URL.`,
      {
        cause: parsed.error,
      },
    );
  }
  const { language, text, segments, words } = parsed.data;
  const hasTimes = segments?.some(({ start, end }) => end > start) ?? false;
  if (text.trim() !== '' && !hasTimes) {
    throw new NexusError(
      'upstream-refused',
      `${label} gave words without times. Choose a model that answers with times, such as whisper-1.`,
    );
  }

  const said = (segments ?? []).filter(isSpoken).map((segment) => ({
    startSeconds: segment.start,
    endSeconds: segment.end,
    text: segment.text,
    words: words ? wordsOf(segment, words) : undefined,
  }));
  return { language: language ? languageCode(language) : null, said };
}

/** Whisper's own rule for text made of silence. */
function isSpoken({
  no_speech_prob,
  avg_logprob,
}: {
  no_speech_prob?: number | null;
  avg_logprob?: number | null;
}): boolean {
  return !((no_speech_prob ?? 0) > 0.6 && (avg_logprob ?? 0) < -1);
}

function wordsOf(segment: { start: number; end: number }, words: NonNullable<Verbose['words']>) {
  return words
    .filter((word) => {
      const middle = (word.start + word.end) / 2;
      return middle >= segment.start && middle < segment.end;
    })
    .map((word) => ({ text: word.word.trim(), startSeconds: word.start, endSeconds: word.end }));
}
