import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '@nexus/shared/assistant';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import { runProcess } from '../../platform/process.ts';
import { findVoiceActivity } from '../diarization/find-voice-activity.ts';
import { joinSegments, placePart, type TimedText } from './join-segments.ts';
import { bestModel, hasModel, modelPath } from './models.ts';
import { cutSpan, type SpeechPart } from './speech-parts.ts';
import type { Transcriber, TranscriberConfig, TranscriberEnv } from './transcriber.ts';
import { vocabularyPrompt } from './vocabulary-prompt.ts';
import { WhisperMessage, type WhisperOrder } from './whisper-messages.ts';
import { wordsToPhrases } from './words-to-phrases.ts';

const LABEL = 'Whisper on this machine';
const CHILD = join(import.meta.dir, 'whisper-child.ts');
/** Ten windows of the engine: results come in, and memory goes back, every five minutes of sound. */
const PART_SECONDS = 300;
/** One window: with a vocabulary each begins with it, and not with what was said before. */
const PROMPTED_PART_SECONDS = 29;
/** The large model on one slow core needs about 10 minutes for a window of 30 s. */
const STALL_SECONDS = 900;
const TIMEOUT_SECONDS = 24 * 3600;
const NO_MODEL =
  'No speech model yet. Run: npm run -s nexus -- models pull base. Or connect a service, or attach a transcript.';

const settings = z.object({
  model: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/i)
    .optional()
    .meta({
      title: 'Model',
      description: 'Without one, the largest that was pulled.',
      examples: ['base', 'small', 'large-v3-turbo'],
    }),
  threads: z.int().min(1).max(64).optional().meta({ title: 'Processor cores to use' }),
});
const credentials = z.object({});

/** whisper.cpp through its Node addon. Nothing leaves the machine; a minute of speech takes from seconds to minutes. */
export const whisperLocal: Transcriber = {
  id: 'whisper-local',
  label: LABEL,
  description: 'Speech recognition on this machine. Free and private; needs a speech model and time.',
  settings,
  credentials,
  limits: {},

  async available(config, env) {
    const found = await findEngine(config, env);
    return isProblem(found) ? { ok: false, detail: found.detail } : { ok: true };
  },

  async transcribe(wavPath, { language, vocabulary, config, env, signal, onProgress }) {
    const engine = await findEngine(config, env);
    if (isProblem(engine)) throw engine;
    const prompt = vocabularyPrompt(vocabulary);
    const parts = await planParts(wavPath, env, prompt === '' ? PART_SECONDS : PROMPTED_PART_SECONDS, signal);
    const seconds = parts.reduce((sum, part) => sum + part.endSeconds - part.startSeconds, 0);
    if (parts.length === 0) {
      onProgress?.(1);
      return { language: null, segments: [], model: engine.model, seconds: 0 };
    }

    const said: TimedText[] = [];
    let heard: string | null = null;
    let done = 0;
    const order: WhisperOrder = {
      addon: engine.addon,
      modelPath: engine.path,
      wavPath,
      language: language ? new Intl.Locale(language).language : 'auto',
      prompt,
      threads: engine.threads,
      parts,
    };
    const result = await runProcess(process.execPath, [CHILD, JSON.stringify(order)], {
      signal,
      timeoutSeconds: TIMEOUT_SECONDS,
      stallSeconds: STALL_SECONDS,
      // Bun alone counts for more than 3 GB of this limit (it uses 80 MB); the engine needs the weights and as much again.
      memoryBytes: engine.sizeBytes * 3 + 8 * 1024 ** 3,
      onStdoutLine: (line) => {
        const message = WhisperMessage.parse(JSON.parse(line));
        if (message.type === 'progress') {
          if (message.fraction > done) onProgress?.((done = Math.min(1, message.fraction)));
          return;
        }
        heard ??= message.language;
        const phrases = message.isByWord ? wordsToPhrases(message.pieces) : message.pieces.map(phrase);
        said.push(...placePart(parts[message.index]!, phrases));
      },
    });
    if (result.exitCode !== 0) {
      const how = result.signal ? `was ended by ${result.signal}` : `ended with ${result.exitCode}`;
      throw new NexusError(
        'internal',
        `The speech model stopped working (${how}). There may be too little memory for it.`,
        {
          cause: result.stderrTail,
        },
      );
    }
    if (done < 1) onProgress?.(1);
    return { language: heard, segments: joinSegments(said), model: engine.model, seconds };
  },
};

interface Engine {
  addon: string;
  model: string;
  path: string;
  sizeBytes: number;
  threads: number;
}

/** The addon, the model and how to use them, or what is missing. */
async function findEngine(config: TranscriberConfig, env: TranscriberEnv): Promise<Engine | NexusError> {
  const addon = addonPath();
  if (!addon) {
    const platform = `${process.platform}-${process.arch}`;
    return new NexusError(
      'not-configured',
      `There is no local speech recognition for ${platform}. Set a key, or attach a transcript.`,
    );
  }
  try {
    const parsed = parseConfig({ label: LABEL, settings, credentials }, config).settings;
    const name = parsed.model ?? (await bestModel(env.modelsDirectory));
    if (name === null) return new NexusError('not-configured', NO_MODEL);
    if (!(await hasModel(env.modelsDirectory, name))) {
      return new NexusError(
        'not-configured',
        `The speech model “${name}” is not here. Run: npm run -s nexus -- models pull ${name}`,
      );
    }
    const path = modelPath(env.modelsDirectory, name);
    return {
      addon,
      model: `ggml-${name}`,
      path,
      sizeBytes: Bun.file(path).size,
      threads: parsed.threads ?? availableParallelism(),
    };
  } catch (error) {
    if (isProblem(error, 'not-configured')) return error;
    throw error;
  }
}

/** One package per platform; only the one that fits is installed. */
function addonPath(): string | null {
  try {
    return createRequire(import.meta.url).resolve(`@fugood/node-whisper-${process.platform}-${process.arch}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

async function planParts(
  wavPath: string,
  { modelsDirectory }: TranscriberEnv,
  longestSeconds: number,
  signal: AbortSignal,
): Promise<SpeechPart[]> {
  const { spans, loudness } = await findVoiceActivity(wavPath, { modelsDirectory, signal });
  return spans.flatMap((span) => cutSpan(span, loudness, longestSeconds));
}

function phrase({ text, t0, t1 }: { text: string; t0: number; t1: number }): TimedText {
  return { text, startSeconds: t0 / 1000, endSeconds: t1 / 1000 };
}
