import { afterAll, beforeAll, expect, test } from 'bun:test';
import {
  appendRecordingChunk,
  createRecording,
  finishRecording,
  getRecording,
  type Item,
  recordingPrefix,
} from '@nexus/shared/archive';
import { sql } from 'kysely';
import { finishAbandoned, removeOldChunks } from '../../../src/archive/recordings/finish-abandoned.ts';
import { probeMedia } from '../../../src/archive/media/index.ts';
import { testWorker } from '../../running/test-worker.ts';
import { cutAnywhere, recordedWebm } from './recorded-sound.ts';

let running: Awaited<ReturnType<typeof testWorker>>;
let sound: Uint8Array;
beforeAll(async () => {
  [running, sound] = await Promise.all([testWorker(), recordedWebm(12)]);
}, 60_000);
afterAll(() => running.stop());

const open = () =>
  createRecording(running.ctx, { mimeType: 'audio/webm;codecs=opus', name: 'Recording', maxSeconds: 3600 });

async function sendAll(recordingId: string, chunks: Uint8Array<ArrayBuffer>[], from = 0): Promise<void> {
  for (const [index, bytes] of chunks.entries())
    await appendRecordingChunk(running.ctx, {
      recordingId,
      sequence: from + index,
      bytes,
      endSeconds: from + index + 1,
    });
}

/** The item a recording became, once it rests. Transcription waits: no model is there. */
async function itemOf(recordingId: string): Promise<Item> {
  for (;;) {
    const { itemId, state } = await getRecording(running.ctx, { recordingId });
    if (itemId && state === 'done') return running.rested(itemId);
    await new Promise((wake) => setTimeout(wake, 25));
  }
}

/** As if its browser had been silent for as long as it may. */
async function fallSilent(recordingId: string, seconds = 121): Promise<void> {
  await running.ports.db.transaction().execute((tx) =>
    tx
      .updateTable('recordings')
      .set({ last_seen_at: sql<Date>`now() - make_interval(secs => ${seconds})` })
      .where('id', '=', recordingId)
      .execute(),
  );
  await finishAbandoned(running.ports);
}

async function chunksLeft(recordingId: string): Promise<number> {
  const { rows } = await running.database.query<{ count: number }>(
    'select count(*)::int as count from storage.objects where starts_with(name, $1)',
    [recordingPrefix(running.ctx.orgId, recordingId)],
  );
  return rows[0]?.count ?? 0;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((wake) => setTimeout(wake, 25));
}

test('chunks cut anywhere become one item with the whole sound, and are cleared away', async () => {
  const { id } = await open();
  await sendAll(id, cutAnywhere(sound, 13));

  await finishRecording(running.ctx, { recordingId: id, end: { title: 'Tides', chunkCount: 13 } });
  const item = await itemOf(id);

  expect(item).toMatchObject({ title: 'Tides', source: 'recording', kind: 'audio', warnings: [] });
  expect(item.durationSeconds).toBeCloseTo(12, 0);
  await until(async () => (await chunksLeft(id)) === 0);
}, 30_000);

test('the stored file says how long it is, which the stream did not', async () => {
  const { id } = await open();
  await sendAll(id, cutAnywhere(sound, 5));
  await finishRecording(running.ctx, { recordingId: id, end: {} });
  const { id: itemId } = await itemOf(id);

  const row = await running.ports.db
    .transaction()
    .execute((tx) => tx.selectFrom('items').selectAll().where('id', '=', itemId).executeTakeFirstOrThrow());
  const path = await running.storage.localPath('media', row.original_path!);
  const probe = await probeMedia(path!, { signal: new AbortController().signal });

  expect(probe.durationSeconds).toBeCloseTo(12, 0);
  expect(probe.container).toContain('webm');
}, 30_000);

test('one that falls silent becomes an item that says where it was cut off', async () => {
  const { id } = await open();
  const chunks = cutAnywhere(sound, 12);
  await sendAll(id, chunks.slice(0, 8));

  await fallSilent(id);
  const item = await itemOf(id);

  expect(item.durationSeconds).toBeGreaterThan(6);
  expect(item.warnings).toEqual([`The recording was cut off at 0:0${Math.floor(item.durationSeconds!)}.`]);
}, 30_000);

test('what a browser sends after it was taken for abandoned makes the same item longer', async () => {
  const { id } = await open();
  const chunks = cutAnywhere(sound, 12);
  await sendAll(id, chunks.slice(0, 8));
  await fallSilent(id);
  const short = await itemOf(id);

  await sendAll(id, chunks.slice(8), 8);
  await finishRecording(running.ctx, { recordingId: id, end: { chunkCount: 12 } });
  const long = await itemOf(id);

  expect(long.id).toBe(short.id);
  expect(long.durationSeconds).toBeCloseTo(12, 0);
  expect(long.warnings).toEqual([]);
  await until(async () => (await chunksLeft(id)) === 0);
}, 30_000);

test('a tail that ends in the middle of a cluster is read up to there', async () => {
  const { id } = await open();
  await sendAll(id, cutAnywhere(sound.subarray(0, Math.floor(sound.length * 0.61)), 4));

  await finishRecording(running.ctx, { recordingId: id, end: { interrupted: true } });
  const item = await itemOf(id);

  expect(item.status).not.toBe('failed');
  expect(item.durationSeconds).toBeGreaterThan(6);
}, 30_000);

test('a recording that is still heard of is left alone, also while it is paused', async () => {
  const { id } = await open();
  await sendAll(id, cutAnywhere(sound, 12).slice(0, 2));

  await fallSilent(id, 60);

  expect(await getRecording(running.ctx, { recordingId: id })).toMatchObject({
    state: 'recording',
    interrupted: false,
  });
});

test('one of which nothing ever came leaves nothing behind', async () => {
  const { id } = await open();

  await fallSilent(id);

  await until(async () => {
    const { rows } = await running.database.query('select 1 from public.recordings where id = $1', [id]);
    return rows.length === 0;
  });
}, 30_000);

test('chunks of a browser that did not come back within a week are removed, and the item stays', async () => {
  const { id } = await open();
  await sendAll(id, cutAnywhere(sound, 3));
  await fallSilent(id);
  await itemOf(id);

  await fallSilent(id, 8 * 24 * 3600);
  await removeOldChunks(running.ports);

  await until(async () => (await chunksLeft(id)) === 0);
  expect(await getRecording(running.ctx, { recordingId: id })).toMatchObject({ state: 'done', isOpen: false });
}, 30_000);
