import { sql } from 'kysely';
import { type Context, MEDIA_BUCKET, NexusError, type Tx } from '../platform/index.ts';

/** What `createUpload` makes, and nothing else: no other folder, no dots that lead out of it. */
const UPLOAD_PATH = /^[0-9a-f-]{36}\/uploads\/[0-9a-f-]{36}\/(?!\.+$)[\w.-]{1,100}$/;

/** Size of a finished upload. Refuses every path but the organisation's own uploads, and uploads that never finished. */
export async function sizeOfUpload(ctx: Context, path: string, field = 'path'): Promise<number> {
  const stored = isUploadPath(ctx.orgId, path) ? await ctx.storage.stat(path) : null;
  if (!stored) {
    throw new NexusError(
      'invalid-input',
      `No finished upload at this path in ${MEDIA_BUCKET}. Upload the file first.`,
      { fields: { [field]: ['No such upload'] } },
    );
  }
  if (stored.sizeBytes === 0) throw new NexusError('unreadable-media', 'The file is empty. Choose another one.');
  return stored.sizeBytes;
}

/** Whether a path is one that `createUpload` gave this organisation. */
export const isUploadPath = (orgId: string, path: string): boolean =>
  path.startsWith(`${orgId}/`) && UPLOAD_PATH.test(path);

/** An upload belongs to one item, because it goes with it. Two requests for the same one take turns. Its room is the item's from now on. */
export async function claimUploads(tx: Tx, paths: readonly string[]): Promise<void> {
  const wanted = [...new Set(paths)].sort();
  if (wanted.length < paths.length)
    throw new NexusError('invalid-input', 'The recording and its subtitles are the same upload.', {
      fields: { subtitlePath: ['The same as path'] },
    });
  for (const path of wanted) await sql`select pg_advisory_xact_lock(hashtextextended(${path}, 0))`.execute(tx);
  if (wanted.length === 0) return;

  const taken = await tx
    .selectFrom('items')
    .select('id')
    .where((eb) => eb.or([eb('original_path', 'in', wanted), eb('subtitle_path', 'in', wanted)]))
    .executeTakeFirst();
  if (taken) throw new NexusError('conflict', `This upload is the item ${taken.id} already. Upload the file again.`);
  await tx.deleteFrom('upload_reservations').where('path', 'in', wanted).execute();
}
