import type { SpokenCue } from '../recordings/make-spoken-recording.ts';

export interface AudioRequest {
  model: string;
  language: string | null;
  responseFormat: string;
  granularities: string[];
  prompt: string | null;
  fileName: string;
  sizeBytes: number;
  seconds: number;
}

/** How the next answers go wrong, in this order; afterwards they are right again. */
export type AudioFailure =
  | 'refuse-key'
  | 'limit'
  | 'limit-without-time'
  | 'no-credit'
  | 'overload'
  | 'cut'
  | 'stall'
  | 'endless'
  | 'error-inside'
  | 'limit-inside'
  | 'not-api'
  | 'without-times'
  | 'disorder'
  | 'too-large'
  | 'never';

export interface OpenaiAudioLoopback extends AsyncDisposable {
  baseUrl: string;
  apiKey: string;
  requests: AudioRequest[];
  failures: AudioFailure[];
  /** Settles when a request has come that is never answered. */
  waiting: Promise<void>;
}

const SAMPLE_RATE = 16_000;

/**
 * `POST /v1/audio/transcriptions` on 127.0.0.1, with OpenAI's wire format: multipart in, verbose JSON or its error objects out.
 * It decodes what it gets and recognises the sentences of a spoken recording by how long each lasts, so an answer is right
 * only when the sound and its cuts were.
 */
export function openaiAudioLoopback(cues: readonly SpokenCue[]): OpenaiAudioLoopback {
  const apiKey = `sk-${crypto.randomUUID()}`;
  const requests: AudioRequest[] = [];
  const failures: AudioFailure[] = [];
  const { promise: waiting, resolve: isWaiting } = Promise.withResolvers<void>();

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      if (new URL(request.url).pathname !== '/v1/audio/transcriptions') return refuse(404, 'Not found');
      if (request.headers.get('authorization') !== `Bearer ${apiKey}`)
        return refuse(401, 'Incorrect API key provided', 'invalid_api_key');
      const form = await request.formData();
      const file = form.get('file');
      if (!(file instanceof File)) return refuse(400, 'file is required');
      const samples = await decode(file);
      requests.push({
        model: String(form.get('model')),
        language: form.get('language') as string | null,
        responseFormat: String(form.get('response_format')),
        granularities: form.getAll('timestamp_granularities[]').map(String),
        prompt: form.get('prompt') as string | null,
        fileName: file.name,
        sizeBytes: file.size,
        seconds: samples.length / SAMPLE_RATE,
      });
      if (file.size > 25 * 1024 * 1024) return refuse(413, 'Maximum content size limit exceeded');

      const failure = failures.shift();
      if (failure === 'never') isWaiting();
      if (failure) return fail(failure);
      const heard = recognise(samples, cues);
      return Response.json(
        form.get('response_format') === 'diarized_json' ? diarized(heard) : answer(heard, samples.length / SAMPLE_RATE),
      );
    },
  });

  return {
    baseUrl: `http://127.0.0.1:${server.port}/v1`,
    apiKey,
    requests,
    failures,
    waiting,
    [Symbol.asyncDispose]: async () => void (await server.stop(true)),
  };
}

function fail(failure: AudioFailure): Response | Promise<Response> {
  switch (failure) {
    case 'refuse-key':
      return refuse(403, 'Project does not have access', 'forbidden');
    case 'limit':
      return refuse(429, 'Rate limit reached', 'rate_limit_exceeded', { 'retry-after': '17' });
    case 'limit-without-time':
      return refuse(429, 'Rate limit reached', 'rate_limit_exceeded');
    case 'stall':
      return new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode('{"text": "and then')),
        }),
        { headers: { 'content-type': 'application/json' } },
      );
    case 'endless':
      return new Response(
        new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000_000).fill(32)) }),
        { headers: { 'content-type': 'application/json' } },
      );
    case 'error-inside':
      return Response.json({ error: { message: 'The model was unloaded', type: 'server_error' } });
    case 'limit-inside':
      return Response.json({ error: { message: 'Too many requests', code: 'rate_limit_exceeded' } });
    case 'disorder':
      return Response.json({
        text: 'later earlier around',
        segments: [
          { start: 3, end: 2, text: 'later' },
          { start: -1, end: 1, text: 'earlier' },
          { start: 0.5, end: 9, text: 'around' },
        ],
      });
    case 'no-credit':
      return refuse(429, 'You exceeded your current quota', 'insufficient_quota');
    case 'overload':
      return refuse(503, 'The engine is currently overloaded');
    case 'too-large':
      return refuse(413, 'Maximum content size limit (26214400) exceeded');
    case 'cut':
      return new Response('{"text": "half an ans', { headers: { 'content-type': 'application/json' } });
    case 'not-api':
      return new Response('<!doctype html><title>Router</title>', { headers: { 'content-type': 'text/html' } });
    case 'without-times':
      return Response.json({ text: 'Words without times.' });
    case 'never':
      return new Promise(() => {});
  }
}

function refuse(
  status: number,
  message: string,
  code: string | null = null,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ error: { message, type: 'invalid_request_error', param: null, code } }, { status, headers });
}

interface Heard {
  start: number;
  end: number;
  text: string;
  voice: string;
}

/** `diarized_json` of gpt-4o-transcribe-diarize: letters for speakers, in the order of being heard. */
function diarized(heard: readonly Heard[]) {
  const voices = [...new Set(heard.map(({ voice }) => voice))];
  return {
    task: 'transcribe',
    text: heard.map(({ text }) => text).join(' '),
    segments: heard.map(({ start, end, text, voice }, i) => ({
      type: 'transcript.text.segment',
      id: `seg_${i}`,
      start,
      end,
      text,
      speaker: String.fromCharCode(65 + voices.indexOf(voice)),
    })),
  };
}

function answer(heard: readonly Heard[], duration: number) {
  return {
    task: 'transcribe',
    language: 'english',
    duration,
    text: heard.map(({ text }) => text).join(' '),
    segments: heard.map((segment, id) => ({
      id,
      seek: 0,
      start: segment.start,
      end: segment.end,
      text: ` ${segment.text}`,
      tokens: [],
      temperature: 0,
      avg_logprob: -0.2,
      compression_ratio: 1.1,
      no_speech_prob: 0.01,
    })),
    words: heard.flatMap(({ start, end, text }) => {
      const words = text.split(' ');
      const each = (end - start) / words.length;
      return words.map((word, i) => ({ word, start: start + i * each, end: start + (i + 1) * each }));
    }),
  };
}

async function decode(file: File): Promise<Int16Array> {
  const ffmpeg = Bun.spawn(
    [
      'ffmpeg',
      '-nostdin',
      '-v',
      'error',
      '-i',
      'pipe:0',
      '-ac',
      '1',
      '-ar',
      String(SAMPLE_RATE),
      '-f',
      's16le',
      'pipe:1',
    ],
    {
      stdin: file,
      stderr: 'inherit',
    },
  );
  return new Int16Array(await new Response(ffmpeg.stdout).arrayBuffer());
}

/** Sentences are parted by more than 0.6 s of silence; flite adds about 0.15 s at both ends of each. */
function recognise(samples: Int16Array, cues: readonly SpokenCue[]): Heard[] {
  const bursts: { start: number; end: number }[] = [];
  const step = SAMPLE_RATE / 100;
  for (let at = 0; at < samples.length; at += step) {
    if (samples.subarray(at, at + step).every((sample) => Math.abs(sample) < 100)) continue;
    const last = bursts.at(-1);
    if (last && (at - last.end) / SAMPLE_RATE < 0.6) last.end = at + step;
    else bursts.push({ start: at, end: at + step });
  }

  return bursts.map((burst) => {
    const start = burst.start / SAMPLE_RATE;
    const end = burst.end / SAMPLE_RATE;
    const off = (cue: SpokenCue) => Math.abs(cue.endSeconds - cue.startSeconds - (end - start) - 0.25);
    const nearest = cues.toSorted((a, b) => off(a) - off(b))[0];
    const isClear = nearest !== undefined && off(nearest) < 0.25;
    return { start, end, text: isClear ? nearest.text : '(unclear)', voice: nearest?.voice ?? '' };
  });
}
