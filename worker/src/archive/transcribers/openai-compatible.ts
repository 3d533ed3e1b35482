import { parseConfig } from '@nexus/shared/assistant';
import { isProblem, NexusError } from '@nexus/shared/platform';
import type OpenAI from 'openai';
import { z } from 'zod';
import { findVoiceActivity } from '../diarization/find-voice-activity.ts';
import { joinSegments, placePart, type TimedText } from './join-segments.ts';
import { encodePart } from './encode-part.ts';
import { openaiAudioProblem } from './openai-audio-problem.ts';
import { parseVerbose } from './openai-verbose.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { nameProviderSpeakers } from './provider-speakers.ts';
import { cutSpan, type SpeechPart, type Span } from './speech-parts.ts';
import type { Transcriber, TranscriberConfig } from './transcriber.ts';
import { vocabularyPrompt } from './vocabulary-prompt.ts';

/** OpenAI takes 25 MB; the rest is the form around the file. */
const MAX_PART_BYTES = 24_000_000;
/** Whisper forgets and repeats itself in longer requests, and one failed request should not cost hours. */
const MAX_PART_SECONDS = 1200;
/** Longer silence than this is not worth sending. */
const LONGEST_SENT_SILENCE_SECONDS = 60;
const WAV_BYTES_PER_SECOND = 32_000;
/** Twenty minutes of words with times are 2 MB; a server that goes on and on is not answering. */
const MAX_ANSWER_BYTES = 32_000_000;

const settings = z.object({
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://api.openai.com/v1')
    .meta({ title: 'Base URL' }),
  model: z.string().trim().min(1).default('whisper-1').meta({
    title: 'Model',
    description: 'One that answers with times, such as whisper-1, or with speakers, such as gpt-4o-transcribe-diarize.',
  }),
  format: z
    .enum(['ogg', 'wav'])
    .default('ogg')
    .meta({ title: 'Upload as', description: 'Some small servers read only WAV.' }),
  maxPartSeconds: z
    .number()
    .min(30)
    .max(MAX_PART_SECONDS)
    .default(MAX_PART_SECONDS)
    .meta({ title: 'Longest part, in seconds' }),
  pricePerMinuteUsd: z
    .number()
    .min(0)
    .max(10)
    .optional()
    .meta({
      title: 'Price of a minute, in US dollars',
      description: 'For the costs shown with each transcript.',
      examples: [0.006],
    }),
  timeoutSeconds: z.number().min(1).max(3600).default(900).meta({ title: 'Give up on a part after so many seconds' }),
});
const credentials = z.object({
  apiKey: z.string().trim().optional().meta({ title: 'API key' }),
});

/** OpenAI's `POST /audio/transcriptions` and what speaks it. https://platform.openai.com/docs/api-reference/audio */
export const openaiCompatible: Transcriber = {
  id: 'openai-compatible',
  label: 'OpenAI or compatible',
  description:
    'OpenAI, or a server that speaks its API: Groq, Speaches, whisper.cpp, vLLM and others. The sound is sent to it.',
  settings,
  credentials,
  limits: { maxPartSeconds: MAX_PART_SECONDS, maxPartBytes: MAX_PART_BYTES },

  async available(config) {
    const parsed = readConfig(config);
    if (isProblem(parsed)) return { ok: false, detail: parsed.detail };
    const needsKey = new URL(parsed.settings.baseUrl).hostname.endsWith('.openai.com');
    return needsKey && !parsed.credentials.apiKey
      ? { ok: false, detail: 'OpenAI needs an API key. Add one in the settings.' }
      : { ok: true };
  },

  async transcribe(wavPath, { language, vocabulary, config, env, signal, onProgress }) {
    const parsed = readConfig(config);
    if (isProblem(parsed)) throw parsed;
    const { baseUrl, model, format, maxPartSeconds, timeoutSeconds, pricePerMinuteUsd } = parsed.settings;
    const label = `${new URL(baseUrl).hostname} (${model})`;
    // Loaded when it is used: 16 MB of memory.
    const { default: Client, toFile } = await import('openai');
    const client = new Client({
      apiKey: parsed.credentials.apiKey || 'none',
      baseURL: baseUrl,
      // What is configured is all that counts, not what happens to be in the environment.
      organization: null,
      project: null,
      logLevel: 'off',
      // The queue is the only thing that tries again.
      maxRetries: 0,
      timeout: timeoutSeconds * 1000,
      fetch: boundedFetch(label, MAX_ANSWER_BYTES),
    });
    const parts = await planUploads(
      wavPath,
      env.modelsDirectory,
      format === 'wav' ? Math.min(maxPartSeconds, MAX_PART_BYTES / WAV_BYTES_PER_SECOND) : maxPartSeconds,
      signal,
    );

    const said: TimedText[] = [];
    let heard: string | null = null;
    for (const [i, part] of parts.entries()) {
      const sound = await encodePart(wavPath, part, format, signal);
      // The client's own limit ends with the first byte of the answer; ours with the last.
      const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
      const answer = await client.audio.transcriptions
        .create(
          {
            file: await toFile(sound, `speech.${format}`, { type: `audio/${format}` }),
            model,
            ...wishes(model, vocabularyPrompt(vocabulary)),
            ...(language && { language: new Intl.Locale(language).language }),
          },
          { signal: AbortSignal.any([signal, deadline]) },
        )
        .catch(async (error: unknown) => {
          if (deadline.aborted && !signal.aborted) throw tooSlow(label, timeoutSeconds, error);
          throw await openaiAudioProblem(label, error, signal);
        });
      const verbose = parseVerbose(label, answer);
      heard ??= verbose.language;
      // A part's speakers are its own: nothing says that A of one is A of the next.
      const named = verbose.said.map((item) => (item.speaker ? { ...item, speaker: `${i}/${item.speaker}` } : item));
      said.push(...placePart(part, named));
      onProgress?.((i + 1) / parts.length);
    }
    if (parts.length === 0) onProgress?.(1);

    const seconds = parts.reduce((sum, part) => sum + part.endSeconds - part.startSeconds, 0);
    const costUsd = pricePerMinuteUsd === undefined ? null : (seconds / 60) * pricePerMinuteUsd;
    return { language: heard, segments: joinSegments(nameProviderSpeakers(said)), model, seconds, costUsd };
  },
};

/** What is asked for beside the words. A model that tells speakers knows neither word times nor prompts. */
function wishes(model: string, prompt: string) {
  if (/diarize/i.test(model)) return { response_format: 'diarized_json', chunking_strategy: 'auto' } as const;
  return {
    response_format: 'verbose_json',
    timestamp_granularities: ['segment', 'word'],
    ...(prompt !== '' && { prompt }),
  } satisfies Partial<OpenAI.Audio.TranscriptionCreateParams>;
}

function tooSlow(label: string, seconds: number, cause: unknown): NexusError {
  return new NexusError('upstream-down', `${label} did not finish its answer within ${seconds} seconds.`, { cause });
}

function readConfig(config: TranscriberConfig) {
  try {
    return parseConfig({ label: 'OpenAI or compatible', settings, credentials }, config);
  } catch (error) {
    if (isProblem(error, 'not-configured')) return error;
    throw error;
  }
}

/** Parts small enough for one request each, cut in pauses. None when nobody speaks. */
async function planUploads(
  wavPath: string,
  modelsDirectory: string,
  maxSeconds: number,
  signal: AbortSignal,
): Promise<SpeechPart[]> {
  const { spans: heard, loudness } = await findVoiceActivity(wavPath, { modelsDirectory, signal });
  const spans: Span[] = [];
  for (const span of heard) {
    const last = spans.at(-1);
    if (last && span.startSeconds - last.endSeconds <= LONGEST_SENT_SILENCE_SECONDS) last.endSeconds = span.endSeconds;
    else spans.push(span);
  }
  return spans.flatMap((span) => cutSpan(span, loudness, maxSeconds));
}
