import { type Context, NexusError, requireScope, type Tx } from '../../platform/index.ts';
import type { Recording, RecordingEnd } from './recording-contracts.ts';
import { assembleRecording } from './recording-jobs.ts';
import { lockRecording, type RecordingRow, toRecording } from './recording-rows.ts';

/**
 * Says that all chunks are sent; an item is made of them at once. Repeatable. One that was taken for abandoned is made anew,
 * because now it is known to be whole.
 */
export async function finishRecording(
  ctx: Context,
  { recordingId, end }: { recordingId: string; end: RecordingEnd },
): Promise<Recording> {
  requireScope(ctx.actor, 'archive:write');

  return ctx.db.transaction().execute(async (tx) => {
    const row = await lockRecording(tx, recordingId);
    requireWhole(row, end.chunkCount);
    if (!row.is_open) return toRecording(row);
    const finishing = await startFinishing(ctx, tx, row.id, {
      title: end.title ?? row.title,
      interrupted: end.interrupted ?? false,
      is_open: false,
      last_seen_at: ctx.now(),
    });
    return toRecording(finishing);
  });
}

/** From here on the worker has it. */
export async function startFinishing(
  ctx: Pick<Context, 'queue'>,
  tx: Tx,
  recordingId: string,
  end: Partial<Pick<RecordingRow, 'title' | 'interrupted' | 'is_open' | 'last_seen_at'>>,
): Promise<RecordingRow> {
  const row = await tx
    .updateTable('recordings')
    .set({ ...end, state: 'finishing' })
    .where('id', '=', recordingId)
    .returningAll()
    .executeTakeFirstOrThrow();
  await ctx.queue.send(assembleRecording, { orgId: row.org_id, recordingId }, { tx });
  return row;
}

function requireWhole(row: RecordingRow, chunkCount: number | undefined): void {
  if (row.next_sequence === 0)
    throw new NexusError('conflict', 'Nothing has arrived of this recording yet. Send its chunks, or discard it.');
  if (chunkCount !== undefined && chunkCount > row.next_sequence) {
    const detail = `Chunk ${row.next_sequence} of ${chunkCount} has not arrived. Send it, then finish again.`;
    throw new NexusError('conflict', detail, { fields: { chunkCount: [`expected ${row.next_sequence}`] } });
  }
}
