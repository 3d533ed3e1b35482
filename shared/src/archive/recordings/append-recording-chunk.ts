import { type Context, NexusError, requireScope, type Tx } from '../../platform/index.ts';
import { type Recording, MOST_BYTES_PER_SECOND, MOST_CHUNK_BYTES } from './recording-contracts.ts';
import { chunkPath } from './recording-paths.ts';
import { findRecording, lockRecording, type RecordingRow, toRecording } from './recording-rows.ts';
import { requireRecordingRoom } from './require-recording-room.ts';

export interface RecordingChunk {
  recordingId: string;
  /** From 0, without gaps. */
  sequence: number;
  /** The same for the same sequence, however often it is sent. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the sound of this chunk ends, in seconds from the start, pauses left out. */
  endSeconds?: number;
}

/**
 * Stores the next piece of a recording; when this returns it is on disk. One that is stored already is acknowledged and not
 * stored again; one that leaves a gap is refused with `conflict`, which names the one that is expected. A recording that was
 * taken for abandoned goes on.
 */
export async function appendRecordingChunk(ctx: Context, input: RecordingChunk): Promise<Recording> {
  requireScope(ctx.actor, 'archive:write');
  if (input.bytes.byteLength === 0) throw new NexusError('invalid-input', 'The chunk is empty. Leave it out.');
  if (input.bytes.byteLength > MOST_CHUNK_BYTES)
    throw new NexusError('too-large', `A chunk may have ${MOST_CHUNK_BYTES} bytes. Record in shorter slices.`);

  const known = await ctx.db.transaction().execute(async (tx) => {
    const row = await findRecording(tx, input.recordingId);
    if (!isExpected(row, input.sequence)) return row;
    requireLength(row, input);
    await requireRecordingRoom(tx, ctx.orgId, input.bytes.byteLength);
    return null;
  });
  if (known) return toRecording(known);

  // Outside of any transaction: embedded storage shares the one database session.
  const path = chunkPath(ctx.orgId, input.recordingId, input.sequence);
  await ctx.storage.put(path, input.bytes, 'application/octet-stream');
  return ctx.db.transaction().execute(async (tx) => toRecording(await acknowledge(tx, input, ctx.now())));
}

async function acknowledge(tx: Tx, chunk: RecordingChunk, now: Date): Promise<RecordingRow> {
  const { recordingId, sequence, bytes, endSeconds } = chunk;
  const row = await lockRecording(tx, recordingId);
  // Meanwhile the same chunk was sent twice, or the recording was finished.
  if (!isExpected(row, sequence)) return row;
  return tx
    .updateTable('recordings')
    .set({
      state: 'recording',
      interrupted: false,
      next_sequence: sequence + 1,
      size_bytes: row.size_bytes + bytes.byteLength,
      recorded_seconds: Math.max(row.recorded_seconds, endSeconds ?? 0),
      last_seen_at: now,
    })
    .where('id', '=', recordingId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** False for a chunk that is stored already. */
function isExpected(row: RecordingRow, sequence: number): boolean {
  if (sequence < row.next_sequence) return false;
  if (!row.is_open) throw new NexusError('conflict', 'This recording is finished. Start a new one.');
  if (sequence > row.next_sequence) {
    const detail = `Chunk ${row.next_sequence} is expected next, not ${sequence}. Send it first.`;
    throw new NexusError('conflict', detail, { fields: { sequence: [`expected ${row.next_sequence}`] } });
  }
  return true;
}

function requireLength(row: RecordingRow, { bytes, endSeconds = 0 }: RecordingChunk): void {
  const isTooLong = endSeconds > row.max_seconds;
  if (!isTooLong && row.size_bytes + bytes.byteLength <= row.max_seconds * MOST_BYTES_PER_SECOND) return;
  const hours = Math.round((row.max_seconds / 3600) * 100) / 100;
  throw new NexusError(
    'too-large',
    `A recording may last ${hours} h. It was kept up to here: finish it, and go on in a new one.`,
  );
}
