import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import {
  createItem,
  decideDuplicate,
  deleteItem,
  type Item,
  keepDuplicate,
  listDuplicatePairs,
  retryItem,
  undoVerdict,
} from '@nexus/shared/archive';
import { makeSpokenRecording, type Sentence } from '../../recordings/make-spoken-recording.ts';
import { testWorker } from '../../running/test-worker.ts';

let nexus: Awaited<ReturnType<typeof testWorker>>;
/** Half a minute each, of two voices. */
let talk: string;
let other: string;

const SENTENCES = [
  'The harbour was quiet in the morning and the boats lay still.',
  'Every lighthouse keeper writes a diary about wind and weather.',
  'Nobody had seen the old ferry since the beginning of winter.',
  'Seventeen barrels of salted herring were carried up the hill.',
  'A stranger asked the way to the church and was not answered.',
  'On the second day the fog came in from the north.',
  'The children counted gulls on the roof of the customs house.',
  'By evening all lamps in the village were burning again.',
];

beforeAll(async () => {
  nexus = await testWorker();
  talk = await spoken('talk', SENTENCES);
  other = await spoken(
    'other',
    SENTENCES.toReversed().map((text) => ({ text: `Meanwhile, ${text} So they said.`, voice: 'rms' as const })),
  );
}, 120_000);
afterAll(() => nexus.stop());

test('the same talk as mp3 and as opus is recognised before it is transcribed, and a verdict lets it go on for good', async () => {
  const original = await add(await convert(talk, 'talk.mp3', ['-b:a', '48k']));
  const copy = await add(await convert(talk, 'talk.opus', ['-ar', '48000', '-b:a', '16k', '-af', 'volume=-12dB']));

  expect(original.status).toBe('waiting');
  expect([copy.status, copy.duplicateOf]).toEqual(['duplicate', { id: original.id, title: original.title }]);
  expect(copy.steps.map(({ state }) => state)).toEqual([
    'done',
    'done',
    'done',
    ...copy.steps.slice(3).map(() => 'canceled' as const),
  ]);
  expect(await questions()).toEqual([]);

  await keepDuplicate(nexus.ctx, { itemId: copy.id });
  const kept = await nexus.rested(copy.id);
  await retryItem(nexus.ctx, { itemId: copy.id, fromStep: 'acquire' });
  const again = await nexus.rested(copy.id);

  expect([kept.status, kept.duplicateOf, again.status]).toEqual(['waiting', null, 'waiting']);
  expect(await questions()).toEqual([]);
  for (const { id } of [original, copy]) await deleteItem(nexus.ctx, { itemId: id });
}, 60_000);

test('an excerpt is a question and does not stop, and an answer can be taken back', async () => {
  const whole = await add(await convert(talk, 'whole.mp3', ['-b:a', '64k']));
  const excerpt = await add(await convert(talk, 'excerpt.mp3', ['-ss', '8', '-t', '14', '-b:a', '64k']));
  const unrelated = await add(await convert(other, 'unrelated.mp3', ['-b:a', '64k']));

  expect([excerpt.status, unrelated.status]).toEqual(['waiting', 'waiting']);
  const [pair, ...more] = await questions();
  expect(more).toEqual([]);
  const [long, short] = pair!.first.item.id === whole.id ? [pair!.first, pair!.second] : [pair!.second, pair!.first];
  expect([long.item.id, short.item.id]).toEqual([whole.id, excerpt.id]);
  expect(pair!.relation).toBe(pair!.first === long ? 'contains' : 'excerpt');
  expect(long.startSeconds! - short.startSeconds!).toBeCloseTo(8, 0);
  expect(short.share).toBeGreaterThan(0.9);

  await decideDuplicate(nexus.ctx, { pairId: pair!.id, verdict: 'same', keepId: whole.id });
  const decided = await nexus.rested(excerpt.id);
  await undoVerdict(nexus.ctx, { pairId: pair!.id });
  const undone = await nexus.rested(excerpt.id);

  expect([decided.status, decided.duplicateOf?.id]).toEqual(['duplicate', whole.id]);
  expect([undone.status, undone.duplicateOf, undone.problem?.code]).toEqual(['waiting', null, 'not-configured']);
  expect(await questions()).toHaveLength(1);
  for (const { id } of [whole, excerpt, unrelated]) await deleteItem(nexus.ctx, { itemId: id });
  expect(await questions()).toEqual([]);
}, 60_000);

test('the same text twice is one, and goes on by itself when the first is deleted', async () => {
  const text = '# Sextants\n\nA sextant measures the height of the sun above the horizon.';
  const [one, two] = await Promise.all([1, 2].map(() => createItem(nexus.ctx, { source: 'text', text })));
  const rested = await Promise.all([nexus.rested(one!.id), nexus.rested(two!.id)]);

  const [ready, duplicate] = rested.toSorted((a, b) => b.status.localeCompare(a.status));
  expect([ready!.status, duplicate!.status]).toEqual(['ready', 'duplicate']);
  expect(duplicate!.duplicateOf?.id).toBe(ready!.id);

  await deleteItem(nexus.ctx, { itemId: ready!.id });
  const released = await nexus.rested(duplicate!.id);

  expect([released.status, released.duplicateOf, released.problem]).toEqual(['ready', null, null]);
}, 60_000);

async function spoken(name: string, sentences: readonly (string | Sentence)[]): Promise<string> {
  const { wavPath } = await makeSpokenRecording(sentences, join(nexus.home, name));
  return wavPath;
}

async function convert(source: string, name: string, args: readonly string[]): Promise<string> {
  const target = join(nexus.home, name);
  const child = Bun.spawn(['ffmpeg', '-v', 'error', '-nostdin', '-y', '-i', source, ...args, target], {
    stderr: 'pipe',
  });
  if ((await child.exited) !== 0) throw new Error(await new Response(child.stderr).text());
  return target;
}

async function add(file: string): Promise<Item> {
  const name = file.split('/').at(-1)!;
  const path = await nexus.upload(name, await Bun.file(file).bytes());
  const { id } = await createItem(nexus.ctx, { source: 'file', path, name });
  return nexus.rested(id);
}

async function questions() {
  const { pairs } = await listDuplicatePairs(nexus.ctx, { state: 'open', limit: 50 });
  return pairs;
}
