import { z } from 'zod';
import { asCaller, assumeRole, type StorageDatabase } from './as-caller.ts';
import type { Buckets } from './buckets.ts';
import { type Caller, SERVICE } from './caller.ts';
import type { ObjectFiles } from './object-files.ts';
import { objectKey } from './object-key.ts';
import { findObject, OBJECT_COLUMNS, type ObjectRow, ownerUuid } from './object-rows.ts';
import { StorageError } from './storage-error.ts';
import type { Uploads } from './uploads.ts';

export const Move = z.object({
  bucketId: z.string(),
  sourceKey: z.string(),
  destinationKey: z.string(),
  destinationBucket: z.string().nullish(),
  sourceVersionId: z.string().nullish(),
});
export const Copy = Move.extend({
  copyMetadata: z.boolean().nullish(),
  metadata: z
    .object({
      cacheControl: z.string().optional(),
      contentEncoding: z.string().optional(),
      mimetype: z.string().optional(),
    })
    .nullish(),
});
/** At most as many as Supabase deletes in one request. */
export const Removal = z.object({
  prefixes: z
    .array(z.union([z.string(), z.object({ path: z.string(), versionId: z.string() })]))
    .min(1)
    .max(1000),
});

export interface ObjectOperations {
  find(caller: Caller, bucketId: string, name: string, versionId?: string | null): Promise<ObjectRow>;
  move(caller: Caller, move: z.infer<typeof Move>): Promise<{ message: string; Id: string; Key: string }>;
  copy(
    caller: Caller,
    copy: z.infer<typeof Copy>,
    options: { upsert: boolean; userMetadata: Record<string, unknown> | null },
  ): Promise<{ Id: string; Key: string }>;
  /** Answers the rows that went; what is not there or not the caller's to delete is left out, as Supabase does. */
  remove(caller: Caller, bucketId: string, removal: z.infer<typeof Removal>): Promise<ObjectRow[]>;
}

export function createObjectOperations(
  database: StorageDatabase,
  files: ObjectFiles,
  buckets: Buckets,
  uploads: Uploads,
): ObjectOperations {
  const find: ObjectOperations['find'] = async (caller, bucketId, name, versionId) => {
    const object = await asCaller(database, caller, (tx) => findObject(tx, bucketId, name));
    if (versionId && versionId !== object.version) throw new StorageError('NoSuchKey');
    return object;
  };

  /** The file an object's row points to; a row written by hand may have none. */
  function fileOf(object: ObjectRow): string {
    const path = files.pathOf({ bucketId: object.bucket_id, name: object.name, version: object.version });
    if (!path) throw new StorageError('NoSuchKey');
    return path;
  }

  return {
    find,

    async move(caller, { bucketId, sourceKey, destinationKey, destinationBucket, sourceVersionId }) {
      const to = { bucketId: destinationBucket ?? bucketId, name: objectKey(destinationKey) };
      const object = await find(caller, bucketId, sourceKey.normalize('NFC'), sourceVersionId);
      const answer = { message: 'Successfully moved', Id: object.id, Key: to.name };
      if (to.bucketId === bucketId && to.name === object.name) return answer;

      const from = { bucketId, name: object.name, version: object.version };
      // A new version, as in Supabase: a path never comes back, so removing an old one can never hit a new file.
      const version = crypto.randomUUID();
      const commit = () =>
        asCaller(database, SERVICE, async (tx) => {
          await tx.query('select 1 from storage.objects where id = $1 for update', [object.id]);
          await assumeRole(tx, caller);
          const { affectedRows } = await tx.query(
            `update storage.objects set bucket_id = $1, name = $2, owner = $3, owner_id = $4, version = $5
             where id = $6 and version = $7`,
            [to.bucketId, to.name, ownerUuid(caller), caller.ownerId, version, object.id, object.version],
          );
          if (!affectedRows) throw new StorageError('NoSuchKey');
        });
      await files.adopt({ path: fileOf(object), as: 'share' }, { ...to, version }, commit);
      await files.discard([from]);
      return answer;
    },

    async copy(caller, copy, { upsert, userMetadata }) {
      const { bucketId, sourceKey, destinationKey, destinationBucket, sourceVersionId } = copy;
      const to = { bucketId: destinationBucket ?? bucketId, name: objectKey(destinationKey) };
      const object = await find(caller, bucketId, sourceKey.normalize('NFC'), sourceVersionId);
      await buckets.limitsOf(to.bucketId);

      const keep = copy.copyMetadata ?? true;
      const id = await uploads.finish(
        caller,
        {
          ...to,
          version: crypto.randomUUID(),
          source: { path: fileOf(object), as: 'share' },
          sizeBytes: object.metadata?.size ?? 0,
          contentType: (!keep && copy.metadata?.mimetype) || object.metadata?.mimetype || 'application/octet-stream',
          cacheControl: (!keep && copy.metadata?.cacheControl) || object.metadata?.cacheControl || 'no-cache',
          contentEncoding: (!keep && copy.metadata?.contentEncoding) || object.metadata?.contentEncoding,
          userMetadata: keep ? object.user_metadata : userMetadata,
        },
        upsert,
      );
      return { Id: id, Key: `${to.bucketId}/${to.name}` };
    },

    async remove(caller, bucketId, { prefixes }) {
      const names = prefixes.map((entry) => (typeof entry === 'string' ? entry : entry.path).normalize('NFC'));
      const versions = prefixes.map((entry) => (typeof entry === 'string' ? null : entry.versionId));
      const removed = await asCaller(database, caller, async (tx) => {
        const { rows } = await tx.query<ObjectRow>(
          `delete from storage.objects where bucket_id = $1 and (name in (
             select wanted.name from unnest($2::text[], $3::text[]) as wanted (name, version)
             where wanted.version is null or wanted.version = objects.version))
           returning ${OBJECT_COLUMNS}`,
          [bucketId, names, versions],
        );
        return rows;
      });
      await files.discard(removed.map(({ bucket_id, name, version }) => ({ bucketId: bucket_id, name, version })));
      return removed;
    },
  };
}

/** What `info()` reads; storage-js turns the names into camel case. */
export function objectInfo(object: ObjectRow): Record<string, unknown> {
  return {
    id: object.id,
    name: object.name,
    version: object.version,
    bucket_id: object.bucket_id,
    size: object.metadata?.size ?? null,
    content_type: object.metadata?.mimetype ?? null,
    content_encoding: object.metadata?.contentEncoding ?? null,
    cache_control: object.metadata?.cacheControl ?? null,
    etag: object.metadata?.eTag ?? null,
    metadata: object.user_metadata ?? {},
    last_modified: object.metadata?.lastModified ?? object.updated_at,
    created_at: object.created_at,
    updated_at: object.updated_at,
  };
}
