import { type Context, MEDIA_BUCKET, NexusError, requireScope } from '../platform/index.ts';
import type { NewUpload, Upload } from './contracts.ts';
import { safeName, uploadPrefix } from './object-paths.ts';
import { requireRoomForUpload } from './require-room.ts';

/** Reserves a place for one file and gives the token to send it with. Nothing is listed until `createItem` names the path. */
export async function createUpload(ctx: Context, input: NewUpload): Promise<Upload> {
  requireScope(ctx.actor, 'archive:write');
  if (input.sizeBytes === 0) throw new NexusError('unreadable-media', 'The file is empty. Choose another one.');

  await ctx.db.transaction().execute((tx) => requireRoomForUpload(tx, ctx.orgId, input.sizeBytes));

  const path = uploadPrefix(ctx.orgId, crypto.randomUUID()) + safeName(input.name);
  const { token } = await ctx.storage.signUpload(path);
  return { bucket: MEDIA_BUCKET, path, token, resumableUrl: '/storage/v1/upload/resumable/sign' };
}
