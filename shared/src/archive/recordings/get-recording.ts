import { type Context, requireScope } from '../../platform/index.ts';
import type { Recording } from './recording-contracts.ts';
import { findRecording, toRecording } from './recording-rows.ts';

/** Where a recording of the caller stands: what is stored, and the item it became. */
export async function getRecording(ctx: Context, input: { recordingId: string }): Promise<Recording> {
  requireScope(ctx.actor, 'archive:read');
  return ctx.db.transaction().execute(async (tx) => toRecording(await findRecording(tx, input.recordingId)));
}
