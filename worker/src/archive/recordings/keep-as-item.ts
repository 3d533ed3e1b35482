import {
  insertSteps,
  lockItem,
  type RecordingRow,
  recordingPrefix,
  removeFiles,
  restartFrom,
  STEP_JOBS,
} from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../platform/ports.ts';

export interface StoredRecording {
  path: string;
  /** With the container's extension. */
  name: string;
  sizeBytes: number;
}

type Outcome = 'made' | 'lengthened' | 'empty' | 'void';

/** Makes the file an item, or puts it in place of the item's shorter one, unless more has come since it was joined. */
export async function keepAsItem(
  tx: Tx,
  { queue }: Pick<WorkerPorts, 'queue'>,
  joined: RecordingRow,
  stored: StoredRecording | null,
): Promise<Outcome> {
  const row = await tx.selectFrom('recordings').selectAll().where('id', '=', joined.id).forUpdate().executeTakeFirst();
  if (row?.state !== 'finishing' || row.next_sequence !== joined.next_sequence) {
    if (stored) await removeFolder(tx, queue, joined.org_id, folderOf(stored.path));
    return 'void';
  }
  if (!stored) {
    await tx.deleteFrom('recordings').where('id', '=', row.id).execute();
    return 'empty';
  }
  const itemId = row.item_id ?? (await insertItem(tx, row, stored));
  if (row.item_id) await replaceOriginal(tx, queue, row.item_id, stored);
  else await queue.send(STEP_JOBS.acquire, { orgId: row.org_id, itemId }, { tx });
  await tx.updateTable('recordings').set({ state: 'done', item_id: itemId }).where('id', '=', row.id).execute();
  if (!row.is_open) await removeFolder(tx, queue, row.org_id, recordingPrefix(row.org_id, row.id));
  return row.item_id ? 'lengthened' : 'made';
}

async function insertItem(tx: Tx, row: RecordingRow, stored: StoredRecording): Promise<string> {
  const { id } = await tx
    .insertInto('items')
    .values({
      org_id: row.org_id,
      source: 'recording',
      original_name: stored.name,
      original_path: stored.path,
      title: row.title ?? row.name,
      title_given: row.title !== null,
      language_given: row.language,
      size_bytes: stored.sizeBytes,
      created_by: row.created_by,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await insertSteps(tx, row.org_id, id);
  return id;
}

/** What people have done with the item meanwhile stays: title, tags and collections are theirs. */
async function replaceOriginal(
  tx: Tx,
  queue: WorkerPorts['queue'],
  itemId: string,
  stored: StoredRecording,
): Promise<void> {
  const item = await lockItem(tx, itemId);
  await tx
    .updateTable('items')
    .set({ original_path: stored.path, size_bytes: stored.sizeBytes })
    .where('id', '=', itemId)
    .execute();
  await restartFrom({ queue }, tx, { orgId: item.org_id, itemId }, 'acquire');
  if (item.original_path) await removeFolder(tx, queue, item.org_id, folderOf(item.original_path));
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

async function removeFolder(tx: Tx, queue: WorkerPorts['queue'], orgId: string, prefix: string): Promise<void> {
  await queue.send(removeFiles, { orgId, prefix }, { tx });
}
