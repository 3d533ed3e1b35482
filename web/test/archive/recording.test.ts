import { expect, test } from 'bun:test';
import type { Recording } from '@nexus/shared/archive';
import type { Journal, JournalChunk, JournalEntry } from '#lib/archive/recording/journal.ts';
import { chooseMediaType } from '#lib/archive/recording/media-type.ts';
import type { RecordingApi } from '#lib/archive/recording/recording-api.ts';
import { RecordingClock } from '#lib/archive/recording/recording-clock.ts';
import { sendRecording } from '#lib/archive/recording/send-recording.ts';
import { loudness } from '#lib/archive/recording/sound-source.ts';
import { ApiProblem, ApiUnreachable } from '#lib/platform/api.ts';

/** What was recorded, in memory: the same order and the same forgetting as in IndexedDB. */
function memoryJournal(chunkCount: number): { journal: Journal; left: () => number[] } {
  let chunks: JournalChunk[] = Array.from({ length: chunkCount }, (_, sequence) => ({
    recordingId: 'local',
    sequence,
    endSeconds: sequence + 1,
    bytes: new ArrayBuffer(8),
  }));
  const journal = {
    first: async () => chunks[0],
    acknowledge: async (_id: string, next: number) => void (chunks = chunks.filter(({ sequence }) => sequence >= next)),
    save: async () => undefined,
  } as unknown as Journal;
  return { journal, left: () => chunks.map(({ sequence }) => sequence) };
}

/** A server that takes chunks in order, and fails as told before it answers. */
function server(options: { stored?: number; failAt?: (sequence: number) => Error | undefined } = {}) {
  let nextSequence = options.stored ?? 0;
  const calls: string[] = [];
  const recording = () => ({ id: 'remote', nextSequence, recordedSeconds: nextSequence }) as Recording;
  const api: RecordingApi = {
    open: async () => (calls.push('open'), recording()),
    read: async () => (calls.push('read'), recording()),
    async append(_id, { sequence }) {
      calls.push(`append ${sequence}`);
      const failure = options.failAt?.(sequence);
      if (failure) throw failure;
      if (sequence > nextSequence) throw new ApiProblem(409, 'conflict', 'a gap');
      nextSequence = Math.max(nextSequence, sequence + 1);
      return recording();
    },
    change: async () => recording(),
    finish: async (_id, { chunkCount }) => (calls.push(`finish ${chunkCount}`), recording()),
    discard: async () => undefined,
  };
  return { api, calls };
}

const entry = (change: Partial<JournalEntry> = {}): JournalEntry => ({
  id: 'local',
  orgId: 'org',
  userId: 'user',
  serverId: null,
  mimeType: 'audio/webm',
  name: 'Recording',
  title: '',
  startedAtMs: 0,
  chunkCount: 3,
  recordedSeconds: 3,
  state: 'recording',
  interrupted: false,
  ...change,
});
const onSent = () => undefined;

test('chunks go out in order and leave the journal when they are acknowledged', async () => {
  const { journal, left } = memoryJournal(3);
  const { api, calls } = server();

  const outcome = await sendRecording(entry(), { journal, api, onSent });

  expect(outcome).toEqual({ kind: 'idle' });
  expect(calls).toEqual(['open', 'append 0', 'append 1', 'append 2']);
  expect(left()).toEqual([]);
});

test('a stopped recording is finished once all of it is there', async () => {
  const { journal } = memoryJournal(3);
  const { api, calls } = server({ stored: 0 });

  const outcome = await sendRecording(entry({ state: 'stopped', serverId: 'remote' }), { journal, api, onSent });

  expect(outcome.kind).toBe('finished');
  expect(calls.at(-1)).toBe('finish 3');
});

test('what the network loses stays in the journal', async () => {
  const { journal, left } = memoryJournal(3);
  const failAt = (sequence: number) => (sequence === 1 ? new ApiUnreachable('no answer') : undefined);

  const sending = sendRecording(entry(), { journal, api: server({ failAt }).api, onSent });

  await expect(sending).rejects.toBeInstanceOf(ApiUnreachable);
  expect(left()).toEqual([1, 2]);
});

test('a conflict over a chunk that the server has is no problem', async () => {
  const { journal, left } = memoryJournal(3);
  const failAt = (sequence: number) => (sequence === 0 ? new ApiProblem(409, 'conflict', 'finished') : undefined);

  const outcome = await sendRecording(entry({ serverId: 'remote' }), {
    journal,
    api: server({ stored: 3, failAt }).api,
    onSent,
  });

  expect(outcome.kind).toBe('idle');
  expect(left()).toEqual([]);
});

test('a full archive ends the sending with the reason, and nothing is forgotten', async () => {
  const { journal, left } = memoryJournal(2);
  const failAt = () => new ApiProblem(402, 'quota-exceeded', 'This does not fit.');

  const outcome = await sendRecording(entry(), { journal, api: server({ failAt }).api, onSent });

  expect(outcome).toEqual({ kind: 'full', code: 'quota-exceeded', detail: 'This does not fit.' });
  expect(left()).toEqual([0, 1]);
});

test('the clock leaves pauses out', () => {
  let milliseconds = 0;
  const clock = new RecordingClock(() => milliseconds);

  clock.start();
  milliseconds = 2000;
  clock.stop();
  milliseconds = 60_000;
  clock.start();
  milliseconds = 61_500;

  expect(clock.seconds).toBe(3.5);
});

test('loudness goes from silence to full scale in decibels', () => {
  expect(loudness(new Float32Array(16))).toBe(0);
  expect(loudness(new Float32Array(16).fill(0.001))).toBeCloseTo(0, 5);
  expect(loudness(new Float32Array(16).fill(0.1))).toBeCloseTo(2 / 3, 5);
  expect(loudness(new Float32Array(16).fill(1))).toBe(1);
});

test('Opus in WebM comes first, and Safari records AAC', () => {
  expect(chooseMediaType(() => true)).toBe('audio/webm;codecs=opus');
  expect(chooseMediaType((type) => type.startsWith('audio/mp4'))).toBe('audio/mp4;codecs=mp4a.40.2');
  expect(chooseMediaType(() => false)).toBeUndefined();
});
