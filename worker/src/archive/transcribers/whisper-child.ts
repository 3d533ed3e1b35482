/**
 * Runs whisper.cpp in a process of its own: `bun whisper-child.ts ORDER`. A crash of the engine, its memory and its threads
 * stay here; killing this process is how a transcription is canceled.
 */
import { createRequire } from 'node:module';
import { SPEECH_SAMPLE_RATE } from '../media/speech-encoding.ts';
import { openSpeechWav } from './speech-wav.ts';
import { WhisperOrder, type WhisperMessage, type WhisperPiece } from './whisper-messages.ts';

interface Result {
  segments: WhisperPiece[];
  language?: string;
}
interface Context {
  transcribeData(sound: ArrayBuffer, options: object): { promise: Promise<Result> };
}
interface Addon {
  WhisperContext: new (options: { filePath: string; useGpu: boolean }) => Context;
}

/** Half of what the engine reads at once; it keeps the end of a longer prompt. */
const PROMPT_TOKENS = 223;
/** The engine refuses less than a second. */
const SHORTEST_SAMPLES = SPEECH_SAMPLE_RATE * 1.2;

const order = WhisperOrder.parse(JSON.parse(process.argv[2] ?? ''));
// A native addon cannot be imported, only required.
const { WhisperContext } = createRequire(import.meta.url)(order.addon) as Addon;
const context = new WhisperContext({ filePath: order.modelPath, useGpu: false });
await using wav = await openSpeechWav(order.wavPath);

const totalSeconds = order.parts.reduce((sum, part) => sum + part.endSeconds - part.startSeconds, 0);
let doneSeconds = 0;
let { language } = order;
let isByWord = true;

for (const [index, part] of order.parts.entries()) {
  const seconds = part.endSeconds - part.startSeconds;
  const samples = await wav.read(part.startSeconds, part.endSeconds);
  const sound = new Int16Array(Math.max(samples.length, SHORTEST_SAMPLES));
  sound.set(samples);

  let result = await hear(sound, seconds);
  // By word means by token, and in some languages a token ends in the middle of a character: such words are lost.
  if (isByWord && result.segments.some(({ text }) => text.includes('\uFFFD'))) {
    isByWord = false;
    result = await hear(sound, seconds);
  }
  doneSeconds += seconds;
  if (language === 'auto' && result.language) language = result.language;
  say({ type: 'part', index, language: result.language ?? null, isByWord, pieces: result.segments });
}
process.exit(0);

function hear(sound: Int16Array, seconds: number): Promise<Result> {
  const options = {
    language,
    maxThreads: order.threads,
    // What was said before must not colour what is heard: with it the model repeats itself for minutes.
    // A prompt needs room there: parts are so short then that nothing else gets in.
    maxContext: order.prompt === '' ? 0 : PROMPT_TOKENS,
    ...(order.prompt !== '' && { prompt: order.prompt }),
    ...(isByWord && { tokenTimestamps: true, maxLen: 1 }),
    onProgress: (percent: number) =>
      say({ type: 'progress', fraction: (doneSeconds + (seconds * percent) / 100) / totalSeconds }),
  };
  return context.transcribeData(sound.buffer as ArrayBuffer, options).promise;
}

function say(message: WhisperMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
