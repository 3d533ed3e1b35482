import { storableText } from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type { TimedText } from './join-segments.ts';
import { languageCode } from './language-code.ts';

/** Some servers say with status 200 what went wrong. */
const Refusal = z.object({
  error: z.union([
    z.string(),
    z.object({
      message: z.string().default('no reason'),
      code: z.union([z.string(), z.number()]).nullish(),
      type: z.string().nullish(),
    }),
  ]),
});

/** A name, a letter or a number, as the server calls whoever speaks. */
const Speaker = z.union([z.string(), z.number()]).nullish();

/** https://platform.openai.com/docs/api-reference/audio/verbose-json-object, and what compatible servers leave out of it. */
const Verbose = z.object({
  text: z.string().optional(),
  language: z.string().nullish(),
  segments: z
    .array(
      z.object({
        start: z.number(),
        end: z.number(),
        text: z.string(),
        // diarized_json, and WhisperX and its like.
        speaker: Speaker,
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
  const refusal = Refusal.safeParse(answer);
  if (refusal.success) throw refusalProblem(label, refusal.data.error);
  const parsed = Verbose.safeParse(answer);
  if (!parsed.success || (parsed.data.text === undefined && !parsed.data.segments)) {
    throw new NexusError(
      'upstream-refused',
      `${label} answered with something that is not its API. Check the base URL.`,
      {
        cause: parsed.error,
      },
    );
  }
  const { language, text = '', segments, words } = parsed.data;
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
    speaker: segment.speaker == null ? null : storableText(String(segment.speaker)).trim().slice(0, 100) || null,
  }));
  return { language: language ? languageCode(language) : null, said };
}

function refusalProblem(label: string, error: z.output<typeof Refusal>['error']): NexusError {
  const { message, code, type } = typeof error === 'string' ? { message: error, code: null, type: null } : error;
  const isLimit = [code, type].some((word) => /rate.?limit|^429$|overload/i.test(String(word)));
  return new NexusError(
    isLimit ? 'upstream-limited' : 'upstream-refused',
    `${label} answered with an error: ${message.slice(0, 300)}`,
    { cause: JSON.stringify(error).slice(0, 1000) },
  );
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
