import { type Context, NexusError, requireScope } from '../../platform/index.ts';
import { requireRecordingRoom } from './require-recording-room.ts';
import type { NewRecording, Recording } from './recording-contracts.ts';
import { toRecording } from './recording-rows.ts';

/** Opens a recording, whose chunks follow. It becomes an item when it is finished, or when nothing more comes. */
export async function createRecording(ctx: Context, input: NewRecording & { maxSeconds: number }): Promise<Recording> {
  requireScope(ctx.actor, 'archive:write');

  const { userId } = ctx.actor;
  if (userId === null) throw new NexusError('forbidden', 'Recordings belong to a person. Sign in, or use a key.');

  return ctx.db.transaction().execute(async (tx) => {
    await requireRecordingRoom(tx, ctx.orgId, 1);
    const row = await tx
      .insertInto('recordings')
      .values({
        org_id: ctx.orgId,
        created_by: userId,
        mime_type: input.mimeType,
        name: input.name,
        language: input.language ?? null,
        max_seconds: input.maxSeconds,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toRecording(row);
  });
}
