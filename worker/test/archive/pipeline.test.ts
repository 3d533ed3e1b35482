import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import {
  attachTranscript,
  cancelItem,
  changeItem,
  createItem,
  deleteItem,
  exportTranscript,
  getItem,
  listSegments,
  retryItem,
} from '@nexus/shared/archive';
import { searchPassages } from '@nexus/shared/assistant';
import { makeSpokenRecording } from '../recordings/make-spoken-recording.ts';
import { testWorker } from '../running/test-worker.ts';

let nexus: Awaited<ReturnType<typeof testWorker>>;
let talk: Awaited<ReturnType<typeof makeSpokenRecording>>;

beforeAll(async () => {
  nexus = await testWorker();
  const sentences = [
    'The harbour was quiet in the morning.',
    'Every lighthouse keeper writes a diary.',
    'The ferry leaves at noon.',
  ];
  talk = await makeSpokenRecording(sentences, nexus.home);
}, 60_000);

afterEach(() => nexus.forgetItems());
afterAll(() => nexus.stop());

describe('documents', () => {
  test('a Markdown text is read, described, indexed and found by its words', async () => {
    const { id } = await createItem(nexus.ctx, {
      source: 'text',
      text: '# Beekeeping in autumn\n\nFeed the colonies before the first frost.\n\nWrap the hives when the nights are cold.',
    });

    const item = await nexus.rested(id);

    expect(item.problem).toBeNull();
    expect(item.status).toBe('ready');
    expect(item.kind).toBe('markdown');
    expect(item.enrichedBy).toBe('offline');
    expect(item.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'acquire done',
      'normalise done',
      'fingerprint skipped',
      'transcribe skipped',
      'enrich done',
      'index done',
    ]);
    await expect(exportTranscript(nexus.ctx, { itemId: id, format: 'vtt' })).rejects.toMatchObject({
      code: 'conflict',
    });
    const { passages } = await searchPassages(nexus.ctx, { query: 'when should hives be wrapped?' });
    expect(passages[0]).toMatchObject({ itemId: id, startSeconds: null });
  });

  test('a title and tags that a person gave outlive a new description', async () => {
    const { id } = await createItem(nexus.ctx, { source: 'text', text: '# Rope\n\nA bowline does not slip.' });
    await nexus.rested(id);

    await changeItem(nexus.ctx, { itemId: id, change: { title: 'Knots', tags: ['sailing'] } });
    await nexus.rested(id);
    await retryItem(nexus.ctx, { itemId: id, fromStep: 'enrich' });
    const item = await nexus.rested(id);

    expect([item.status, item.title, item.tags]).toEqual(['ready', 'Knots', ['sailing']]);
  });

  test('a file that nothing can be made of fails with words for its user, and the rest goes on', async () => {
    const path = await nexus.upload('strange.mp3', new Uint8Array([0x50, 0x4b, 3, 4, ...new Uint8Array(400)]));

    const { id } = await createItem(nexus.ctx, { source: 'file', path, name: 'strange.mp3' });
    const item = await nexus.rested(id);

    expect(item.status).toBe('failed');
    expect(item.problem?.step).toBe('acquire');
    expect(item.problem?.detail.length).toBeGreaterThan(20);
  });
});

describe('recordings', () => {
  test('a recording with its subtitles is ready with player files and is found at the right second', async () => {
    const path = await nexus.upload('talk.wav', await Bun.file(talk.wavPath).bytes());
    const subtitlePath = await nexus.upload('talk.vtt', toVtt(talk));

    const { id } = await createItem(nexus.ctx, { source: 'file', path, name: 'talk.wav', subtitlePath });
    const item = await nexus.rested(id);

    expect(item.problem).toBeNull();
    expect(item.status).toBe('ready');
    expect(item.kind).toBe('audio');
    expect(item.transcript).toMatchObject({ origin: 'subtitles', segmentCount: 3 });
    expect(item.playback?.mimeType).toStartWith('audio/');
    expect(item.peaksUrl).not.toBeNull();
    const srt = await exportTranscript(nexus.ctx, { itemId: id, format: 'srt' });
    expect(srt.fileName).toBe('talk.srt');
    expect(srt.content).toContain('Every lighthouse keeper writes a diary.');
    const { passages } = await searchPassages(nexus.ctx, { query: 'lighthouse keeper', itemId: id });
    expect(passages[0]?.startSeconds).toBeCloseTo(talk.cues[1]!.startSeconds, 1);
  });

  test('a recording without words waits for a transcriber, then goes on with the subtitles it is given', async () => {
    const path = await nexus.upload('talk.wav', await Bun.file(talk.wavPath).bytes());
    const { id } = await createItem(nexus.ctx, { source: 'file', path, name: 'talk.wav' });

    const waiting = await nexus.rested(id);
    await attachTranscript(nexus.ctx, { itemId: id, transcript: { text: toVtt(talk) } });
    const ready = await nexus.rested(id);

    expect(waiting.status).toBe('waiting');
    expect(waiting.problem).toMatchObject({ code: 'not-configured', step: 'transcribe' });
    expect(waiting.problem?.detail).toContain('models pull');
    expect(ready.status).toBe('ready');
    const { segments } = await listSegments(nexus.ctx, { itemId: id });
    expect(segments.map(({ text }) => text)).toEqual(talk.cues.map(({ text }) => text));
  });

  test('subtitles that cannot be read fail in words, and a better file takes their place', async () => {
    const path = await nexus.upload('talk.wav', await Bun.file(talk.wavPath).bytes());
    const { id } = await createItem(nexus.ctx, { source: 'file', path, name: 'talk.wav' });
    await nexus.rested(id);
    await attachTranscript(nexus.ctx, { itemId: id, transcript: { text: 'No cue in here.' } });
    const failed = await nexus.rested(id);

    const better = await nexus.upload('talk.vtt', toVtt(talk));
    await attachTranscript(nexus.ctx, { itemId: id, transcript: { path: better } });
    const ready = await nexus.rested(id);

    expect([failed.status, failed.problem?.step]).toEqual(['failed', 'transcribe']);
    expect(failed.problem?.detail).toMatch(/\w+ \w+/);
    expect([ready.status, ready.transcript?.segmentCount]).toEqual(['ready', 3]);
  });

  test('deleting takes rows, index and files along', async () => {
    const path = await nexus.upload('gone.txt', 'A sentence about zeppelins that nobody else writes.');
    const { id } = await createItem(nexus.ctx, { source: 'file', path, name: 'gone.txt' });
    await nexus.rested(id);

    await deleteItem(nexus.ctx, { itemId: id });
    await nexus.restartWorker();

    const { passages } = await searchPassages(nexus.ctx, { query: 'zeppelins' });
    expect(passages).toEqual([]);
    await expect(getItem(nexus.ctx, { itemId: id })).rejects.toMatchObject({ code: 'not-found' });
    while ((await nexus.ports.storage.stat(path)) !== null) await Bun.sleep(20);
  });

  test('a canceled item stays canceled and can be worked on anew', async () => {
    const path = await nexus.upload('talk.wav', await Bun.file(talk.wavPath).bytes());
    const { id } = await createItem(nexus.ctx, { source: 'file', path, name: 'talk.wav' });

    const canceled = await cancelItem(nexus.ctx, { itemId: id });
    const again = await retryItem(nexus.ctx, { itemId: id });
    const rested = await nexus.rested(id);

    expect(canceled.status).toBe('canceled');
    expect(again.status).toBe('queued');
    expect(rested.status).toBe('waiting');
  });
});

function toVtt({ cues }: typeof talk): string {
  const clock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 23);
  return `WEBVTT\n\n${cues.map((cue) => `${clock(cue.startSeconds)} --> ${clock(cue.endSeconds)}\n${cue.text}\n`).join('\n')}`;
}
