import { type Context, requireScope } from '../../platform/index.ts';
import type { Recording, RecordingChange } from './recording-contracts.ts';
import { findRecording, toRecording } from './recording-rows.ts';

/** Gives it a title, or only says that its browser is still there: without a word for two minutes it counts as abandoned. */
export async function changeRecording(
  ctx: Context,
  { recordingId, change }: { recordingId: string; change: RecordingChange },
): Promise<Recording> {
  requireScope(ctx.actor, 'archive:write');

  return ctx.db.transaction().execute(async (tx) => {
    const { id } = await findRecording(tx, recordingId);
    const row = await tx
      .updateTable('recordings')
      .set({ ...(change.title !== undefined && { title: change.title }), last_seen_at: ctx.now() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return toRecording(row);
  });
}
