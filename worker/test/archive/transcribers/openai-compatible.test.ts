import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openaiCompatible } from '../../../src/archive/transcribers/openai-compatible.ts';
import { transcriberContract } from '../../contract/transcriber.ts';
import { openaiAudioLoopback, type AudioFailure, type OpenaiAudioLoopback } from '../../loopback/openai-audio.ts';
import { makeSpokenRecording, type Sentence, type SpokenCue } from '../../recordings/make-spoken-recording.ts';

const env = { modelsDirectory: tmpdir() };
const SENTENCES: Sentence[] = [
  { text: 'The first sentence is about nothing.', pauseSeconds: 1.2 },
  { text: 'A second one follows it and is quite a bit longer than the first.', pauseSeconds: 1.2 },
  { text: 'Three.', pauseSeconds: 1.2 },
];

transcriberContract(openaiCompatible, SENTENCES, async (cues) => {
  const server = openaiAudioLoopback(cues);
  return {
    config: { settings: { baseUrl: server.baseUrl }, credentials: { apiKey: server.apiKey } },
    env,
    bareConfig: { settings: { baseUrl: 'not an address' }, credentials: {} },
    bareEnv: env,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});

describe('an OpenAI-compatible endpoint', () => {
  let folder: string;
  let wavPath: string;
  let cues: SpokenCue[];
  let server: OpenaiAudioLoopback;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nexus-openai-audio-'));
    // Eight sentences over 40 s, each recognisable by its length.
    const words =
      'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen'.split(' ');
    const sentences = Array.from({ length: 8 }, (_, i) => ({
      text: words.slice(0, 2 * i + 2).join(' '),
      pauseSeconds: 1.5,
    }));
    ({ wavPath, cues } = await makeSpokenRecording(sentences, folder));
    server = openaiAudioLoopback(cues);
  });
  beforeEach(() => {
    server.requests.length = 0;
    server.failures.length = 0;
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const transcribe = (settings: object = {}, signal = new AbortController().signal, apiKey = server.apiKey) =>
    openaiCompatible.transcribe(wavPath, {
      language: 'en-GB',
      config: { settings: { baseUrl: server.baseUrl, ...settings }, credentials: { apiKey } },
      env,
      signal,
    });

  test('one request carries a short recording, small and with the wish for times', async () => {
    const { segments } = await transcribe();

    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      model: 'whisper-1',
      language: 'en',
      responseFormat: 'verbose_json',
      granularities: ['segment', 'word'],
      fileName: 'speech.ogg',
    });
    expect(server.requests[0]!.sizeBytes).toBeLessThan(server.requests[0]!.seconds * 5000);
    expect(segments.map(({ text }) => text)).toEqual(cues.map(({ text }) => text));
  });

  test('a long recording goes in parts cut in pauses; nothing is lost, doubled or shifted', async () => {
    const { segments } = await transcribe({ maxPartSeconds: 30 });

    expect(server.requests.length).toBeGreaterThanOrEqual(2);
    expect(segments.map(({ text }) => text)).toEqual(cues.map(({ text }) => text));
    segments.forEach((segment, i) => {
      expect(Math.abs(segment.startSeconds! - cues[i]!.startSeconds)).toBeLessThan(0.3);
      expect(Math.abs(segment.endSeconds! - cues[i]!.endSeconds)).toBeLessThan(0.3);
    });
  });

  test('servers that read only WAV get WAV', async () => {
    const { segments } = await transcribe({ format: 'wav' });

    expect(server.requests[0]).toMatchObject({ fileName: 'speech.wav' });
    expect(segments).toHaveLength(cues.length);
  });

  test('every failure has its own meaning, and is not tried again here', async () => {
    const meanings: [AudioFailure, object][] = [
      ['refuse-key', { code: 'upstream-refused', detail: expect.stringContaining('API key') }],
      ['limit', { code: 'upstream-limited', retryAfterSeconds: 17, mayRetry: true }],
      ['limit-without-time', { code: 'upstream-limited', retryAfterSeconds: 30, mayRetry: true }],
      ['error-inside', { code: 'upstream-refused', detail: expect.stringContaining('The model was unloaded') }],
      ['limit-inside', { code: 'upstream-limited', mayRetry: true }],
      ['endless', { code: 'upstream-refused', detail: expect.stringContaining('no transcript') }],
      ['no-credit', { code: 'upstream-refused', detail: expect.stringContaining('no credit') }],
      ['overload', { code: 'upstream-down', mayRetry: true }],
      ['cut', { code: 'upstream-down' }],
      ['not-api', { code: 'upstream-refused', detail: expect.stringContaining('Check the base URL') }],
      ['without-times', { code: 'upstream-refused', detail: expect.stringContaining('without times') }],
      ['too-large', { code: 'upstream-refused', detail: expect.stringContaining('Maximum content size') }],
    ];

    for (const [failure, meaning] of meanings) {
      server.requests.length = 0;
      server.failures.push(failure);
      await expect(transcribe()).rejects.toMatchObject(meaning);
      expect(server.requests).toHaveLength(1);
    }
  }, 120_000);

  test.each(['never', 'stall'] as const)(
    'a server that stalls (%s) is given up after its time',
    async (failure) => {
      server.failures.push(failure);

      await expect(transcribe({ timeoutSeconds: 1 })).rejects.toMatchObject({ code: 'upstream-down', mayRetry: true });
    },
    120_000,
  );

  test('times that run backwards, overlap or begin before the sound are put in order', async () => {
    server.failures.push('disorder');

    const { segments } = await transcribe();

    expect(segments.map(({ text }) => text)).toEqual(['earlier', 'around', 'later']);
    segments.forEach(({ startSeconds, endSeconds }, i) => {
      expect(startSeconds!).toBeGreaterThanOrEqual(segments[i - 1]?.endSeconds ?? 0);
      expect(endSeconds!).toBeGreaterThanOrEqual(startSeconds!);
    });
  });

  test('a model that tells speakers is asked for them, and letters become numbers', async () => {
    const { segments } = await transcribe({ model: 'gpt-4o-transcribe-diarize' });

    expect(server.requests[0]).toMatchObject({ responseFormat: 'diarized_json', granularities: [], prompt: null });
    expect(segments.map(({ text }) => text)).toEqual(cues.map(({ text }) => text));
    expect(new Set(segments.map(({ speaker }) => speaker))).toEqual(new Set(['Speaker 1']));
  });

  test('the vocabulary goes along as a prompt, and a stated price makes a cost', async () => {
    const { seconds, costUsd } = await openaiCompatible.transcribe(wavPath, {
      vocabulary: ['Nexus', 'PGlite'],
      config: {
        settings: { baseUrl: server.baseUrl, pricePerMinuteUsd: 0.006 },
        credentials: { apiKey: server.apiKey },
      },
      env,
      signal: new AbortController().signal,
    });

    expect(server.requests[0]!.prompt).toBe('Nexus, PGlite.');
    expect(costUsd).toBeCloseTo((seconds / 60) * 0.006);
  });

  test('a wrong key is named', async () => {
    await expect(transcribe({}, undefined, 'sk-wrong')).rejects.toMatchObject({
      code: 'upstream-refused',
      detail: expect.stringContaining('refused the API key'),
    });
  });

  test('a server that is not there is down', async () => {
    await expect(transcribe({ baseUrl: 'http://127.0.0.1:1/v1' })).rejects.toMatchObject({ code: 'upstream-down' });
  });

  test('canceling ends a request that is under way', async () => {
    const abort = new AbortController();
    server.failures.push('never');

    const attempt = transcribe({}, abort.signal);
    void server.waiting.then(() => abort.abort());

    await expect(attempt).rejects.toMatchObject({ code: 'canceled' });
  });

  test('OpenAI itself needs a key, other addresses may do without', async () => {
    const available = (settings: object, credentials: object) =>
      openaiCompatible.available({ settings, credentials }, env);

    expect(await available({}, {})).toMatchObject({ ok: false, detail: expect.stringContaining('API key') });
    expect(await available({}, { apiKey: 'sk-x' })).toEqual({ ok: true });
    expect(await available({ baseUrl: 'http://127.0.0.1:8000/v1' }, {})).toEqual({ ok: true });
  });
});
