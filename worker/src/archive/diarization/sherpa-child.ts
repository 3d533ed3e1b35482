/**
 * Runs sherpa-onnx in a process of its own: `bun sherpa-child.ts ORDER`. A crash of the engine, its memory and its threads stay
 * here; killing this process is how its work is canceled.
 */
import { createRequire } from 'node:module';
import { SPEECH_SAMPLE_RATE } from '../media/speech-encoding.ts';
import { openSpeechWav } from '../transcribers/speech-wav.ts';
import { type HeardTurn, type HeardVoice, type SherpaMessage, SherpaOrder } from './sherpa-messages.ts';

interface Sound {
  samples: Float32Array;
  sampleRate: number;
}
interface Stream {
  acceptWaveform(sound: Sound): void;
  inputFinished(): void;
}
interface Sherpa {
  OfflineSpeakerDiarization: new (config: object) => {
    sampleRate: number;
    process(samples: Float32Array): { start: number; end: number; speaker: number }[];
  };
  SpeakerEmbeddingExtractor: new (config: object) => {
    createStream(): Stream;
    isReady(stream: Stream): boolean;
    compute(stream: Stream, enableExternalBuffer: boolean): Float32Array;
  };
  Vad: new (
    config: object,
    bufferSeconds: number,
  ) => {
    acceptWaveform(samples: Float32Array): void;
    isEmpty(): boolean;
    front(enableExternalBuffer: boolean): { start: number; samples: Float32Array };
    pop(): void;
    flush(): void;
  };
}

/** A voice is known well after half a minute; more only costs time. */
const VOICE_SECONDS = 30;
const SHORTEST_VOICE_SECONDS = 1;
/** Silero works in windows of 32 ms. */
const VAD_WINDOW = 512;

const order = SherpaOrder.parse(JSON.parse(process.argv[2] ?? ''));
// A native addon cannot be imported, only required.
const sherpa = createRequire(import.meta.url)('sherpa-onnx-node') as Sherpa;
await using wav = await openSpeechWav(order.wavPath);
if (order.task === 'speakers') await tellSpeakers(order);
else await findSpeech(order.modelPath);
process.exit(0);

async function tellSpeakers({ parts, segmentationPath, voicePath, threads }: SherpaOrder & { task: 'speakers' }) {
  const embedding = { model: voicePath, numThreads: threads, debug: 0 };
  const diarization = new sherpa.OfflineSpeakerDiarization({
    segmentation: { pyannote: { model: segmentationPath }, numThreads: threads, debug: 0 },
    embedding,
    // How many people speak is not known: voices nearer than this are one.
    clustering: { numClusters: -1, threshold: 0.5 },
    minDurationOn: 0.2,
    minDurationOff: 0.5,
  });
  const extractor = new sherpa.SpeakerEmbeddingExtractor(embedding);

  for (const [index, part] of parts.entries()) {
    const samples = floats(await wav.read(part.startSeconds, part.endSeconds));
    const heard = diarization.process(samples);
    const voices = [...new Set(heard.map(({ speaker }) => speaker))].map((speaker): HeardVoice => {
      const sound = soundOf(
        samples,
        heard.filter((turn) => turn.speaker === speaker),
      );
      const seconds = sound.length / SPEECH_SAMPLE_RATE;
      if (seconds < SHORTEST_VOICE_SECONDS) return { speaker, seconds, vector: [] };
      const stream = extractor.createStream();
      stream.acceptWaveform({ samples: sound, sampleRate: SPEECH_SAMPLE_RATE });
      stream.inputFinished();
      // Outside buffers are not for this runtime: the engine would free what we still read.
      const vector = extractor.isReady(stream) ? [...extractor.compute(stream, false)] : [];
      return { speaker, seconds, vector };
    });
    const turns = heard.map(({ start, end, speaker }): HeardTurn => ({
      startSeconds: part.startSeconds + start,
      endSeconds: part.startSeconds + end,
      speaker,
    }));
    say({ type: 'part', index, turns, voices });
  }
}

/** The longest turns first, half a minute altogether. */
function soundOf(samples: Float32Array, turns: readonly { start: number; end: number }[]): Float32Array {
  const chosen: Float32Array[] = [];
  let missing = VOICE_SECONDS * SPEECH_SAMPLE_RATE;
  for (const { start, end } of turns.toSorted((a, b) => b.end - b.start - (a.end - a.start))) {
    const from = Math.round(start * SPEECH_SAMPLE_RATE);
    const sound = samples.subarray(from, Math.min(Math.round(end * SPEECH_SAMPLE_RATE), from + missing));
    chosen.push(sound);
    missing -= sound.length;
    if (missing <= 0) break;
  }
  const joined = new Float32Array(chosen.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const sound of chosen) {
    joined.set(sound, at);
    at += sound.length;
  }
  return joined;
}

async function findSpeech(modelPath: string): Promise<void> {
  const vad = new sherpa.Vad(
    {
      sileroVad: {
        model: modelPath,
        threshold: 0.4,
        minSpeechDuration: 0.2,
        minSilenceDuration: 0.5,
        windowSize: VAD_WINDOW,
        maxSpeechDuration: 600,
      },
      sampleRate: SPEECH_SAMPLE_RATE,
      numThreads: 1,
      debug: 0,
    },
    660,
  );
  const spans: { startSeconds: number; endSeconds: number }[] = [];
  const take = () => {
    for (; !vad.isEmpty(); vad.pop()) {
      const { start, samples } = vad.front(false);
      spans.push({
        startSeconds: start / SPEECH_SAMPLE_RATE,
        endSeconds: (start + samples.length) / SPEECH_SAMPLE_RATE,
      });
    }
  };
  const step = 60;
  for (let at = 0; at < wav.durationSeconds; at += step) {
    const minute = floats(await wav.read(at, at + step));
    for (let from = 0; from + VAD_WINDOW <= minute.length; from += VAD_WINDOW)
      vad.acceptWaveform(minute.subarray(from, from + VAD_WINDOW));
    take();
  }
  vad.flush();
  take();
  say({ type: 'speech', spans });
}

function floats(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32_768);
}

function say(message: SherpaMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
