import { mkdir, mkdtemp, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assembleRecording, type RecordingRow, safeName, uploadPrefix } from '@nexus/shared/archive';
import { handle, type JobIo } from '../../platform/handle.ts';
import type { WorkerPorts } from '../../platform/ports.ts';
import { removeDirectory } from '../work-directory.ts';
import { joinChunks } from './join-chunks.ts';
import { keepAsItem, type StoredRecording } from './keep-as-item.ts';
import { containerOf, remux } from './remux.ts';

/** How long an item that is being worked on holds up a longer version of it. */
const ITEM_BUSY_MS = 5000;

/** One file of a recording's chunks, and an item of the file. What arrives meanwhile makes this attempt void, and comes with the next. */
export default handle(assembleRecording, async ({ orgId, recordingId }, ports, io) => {
  const recording = await readFinishing(ports, orgId, recordingId);
  if (!recording) return io.log.set({ outcome: 'not-finishing' });
  if (recording.itemIsBusy) {
    const startAfter = new Date(ports.now().getTime() + ITEM_BUSY_MS);
    await ports.db
      .transaction()
      .execute((tx) => ports.queue.send(assembleRecording, { orgId, recordingId }, { tx, startAfter }));
    return io.log.set({ outcome: 'waits-for-item', retryAt: startAfter });
  }
  const stored = await store(recording.row, ports, io);
  const outcome = await ports.db.transaction().execute((tx) => keepAsItem(tx, ports, recording.row, stored));
  io.log.set({ outcome, chunks: recording.row.next_sequence, sizeBytes: stored?.sizeBytes });
});

async function readFinishing(ports: WorkerPorts, orgId: string, recordingId: string) {
  return ports.db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('recordings')
      .selectAll()
      .where('id', '=', recordingId)
      .where('org_id', '=', orgId)
      .where('state', '=', 'finishing')
      .executeTakeFirst();
    if (!row) return null;
    const busy = await tx
      .selectFrom('items')
      .select('id')
      .where('id', '=', row.item_id)
      .where('status', 'in', ['queued', 'working'])
      .executeTakeFirst();
    return { row, itemIsBusy: busy !== undefined };
  });
}

/** Null when nothing ever came. As an upload: what a killed process leaves unclaimed is pruned like any other. */
async function store(row: RecordingRow, ports: WorkerPorts, io: JobIo): Promise<StoredRecording | null> {
  if (row.next_sequence === 0) return null;
  await mkdir(ports.workDirectory, { recursive: true });
  const directory = await mkdtemp(join(ports.workDirectory, 'recording-'));
  try {
    const { extension, contentType } = containerOf(row.mime_type);
    const joined = await joinChunks(row, ports, directory, io);
    const file = await remux(joined, directory, row, io.signal);
    const { size } = await stat(file);
    const name = `${row.name.replaceAll(/[/\\]/g, '-')}.${extension}`;
    const path = uploadPrefix(row.org_id, crypto.randomUUID()) + safeName(name);
    await ports.media.put(path, file, contentType);
    return { path, name, sizeBytes: size };
  } finally {
    await removeDirectory(directory);
  }
}
