import { type Context, requireScope } from '../../platform/index.ts';
import type { Recording } from './recording-contracts.ts';
import { toRecording } from './recording-rows.ts';

/** More than anyone records at once. */
const MOST = 50;

/** The caller's recordings in this organisation that are no item yet, the newest first. */
export async function listRecordings(ctx: Context): Promise<Recording[]> {
  requireScope(ctx.actor, 'archive:read');

  return ctx.db.transaction().execute(async (tx) => {
    const rows = await tx
      .selectFrom('recordings')
      .selectAll()
      .where('org_id', '=', ctx.orgId)
      .where('state', '!=', 'done')
      .orderBy('created_at', 'desc')
      .limit(MOST)
      .execute();
    return rows.map(toRecording);
  });
}
