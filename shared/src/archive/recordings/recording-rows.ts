import type { Selectable } from 'kysely';
import { type DB, NexusError, type Tx } from '../../platform/index.ts';
import { type Recording, RecordingState } from './recording-contracts.ts';

export type RecordingRow = Selectable<DB['recordings']>;

/** Throws `not-found` for those of others, whom policies keep out of sight. */
export async function findRecording(tx: Tx, recordingId: string): Promise<RecordingRow> {
  const row = await tx.selectFrom('recordings').selectAll().where('id', '=', recordingId).executeTakeFirst();
  if (!row) throw unknownRecording();
  return row;
}

/** The same, and nobody else changes it until the transaction ends. */
export async function lockRecording(tx: Tx, recordingId: string): Promise<RecordingRow> {
  const row = await tx
    .selectFrom('recordings')
    .selectAll()
    .where('id', '=', recordingId)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw unknownRecording();
  return row;
}

const unknownRecording = (): NexusError =>
  new NexusError('not-found', 'There is no such recording of yours. It may have been discarded.');

export function toRecording(row: RecordingRow): Recording {
  return {
    id: row.id,
    state: RecordingState.parse(row.state),
    mimeType: row.mime_type,
    name: row.name,
    title: row.title,
    nextSequence: row.next_sequence,
    sizeBytes: row.size_bytes,
    recordedSeconds: row.recorded_seconds,
    maxSeconds: row.max_seconds,
    interrupted: row.interrupted,
    isOpen: row.is_open,
    itemId: row.item_id,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
  };
}
