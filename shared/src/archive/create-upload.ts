import { sql } from 'kysely';
import { type Context, MEDIA_BUCKET, NexusError, requireScope } from '../platform/index.ts';
import type { NewUpload, Upload } from './contracts.ts';
import { safeName, uploadPrefix } from './object-paths.ts';
import { requireRoomForUpload } from './require-room.ts';

/**
 * Reserves a place and its room for one file and gives the token to send it with. Nothing is listed until `createItem` names the
 * path; that, `dropUpload` or a day gives the room free.
 */
export async function createUpload(ctx: Context, input: NewUpload): Promise<Upload> {
  requireScope(ctx.actor, 'archive:write');
  if (input.sizeBytes === 0) throw new NexusError('unreadable-media', 'The file is empty. Choose another one.');
  const path = uploadPrefix(ctx.orgId, crypto.randomUUID()) + safeName(input.name);
  // Before the transaction: signing asks the storage service, which in embedded mode shares the one database session.
  const { token } = await ctx.storage.signUpload(path);

  await ctx.db.transaction().execute(async (tx) => {
    await tx
      .deleteFrom('upload_reservations')
      .where('org_id', '=', ctx.orgId)
      .where('expires_at', '<', sql<Date>`now()`)
      .execute();
    await requireRoomForUpload(tx, ctx.orgId, input.sizeBytes);
    await tx
      .insertInto('upload_reservations')
      .values({ path, org_id: ctx.orgId, size_bytes: input.sizeBytes })
      .execute();
  });
  return { bucket: MEDIA_BUCKET, path, token, resumableUrl: '/storage/v1/upload/resumable/sign' };
}
