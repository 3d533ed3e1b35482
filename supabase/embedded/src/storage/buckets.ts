import { z } from 'zod';
import { asCaller, type StorageDatabase } from './as-caller.ts';
import { type Caller, SERVICE } from './caller.ts';
import { sizeLimitBytes } from './bucket-limits.ts';
import { assertBucketName } from './object-key.ts';
import type { ObjectFiles } from './object-files.ts';
import { ownerUuid } from './object-rows.ts';
import { StorageError } from './storage-error.ts';

interface BucketRow {
  id: string;
  name: string;
  owner: string;
  public: boolean;
  type: string;
  file_size_limit: number | null;
  allowed_mime_types: string[] | null;
  created_at: Date;
  updated_at: Date;
}

const BucketSettings = z.object({
  public: z.boolean().nullish(),
  file_size_limit: z.union([z.number().int().min(0), z.string()]).nullish(),
  allowed_mime_types: z.array(z.string()).nullish(),
  versioning_status: z.string().nullish(),
});
export const NewBucket = BucketSettings.extend({
  name: z.string(),
  id: z.string().optional(),
  type: z.string().nullish(),
});
export const BucketChange = BucketSettings;

export const BucketQuery = z.object({
  limit: z.coerce.number().int().min(1).optional(),
  offset: z.coerce.number().int().min(0).optional(),
  sortColumn: z.enum(['id', 'name', 'created_at', 'updated_at']).optional(),
  sortOrder: z.enum(['asc', 'desc']).optional(),
  search: z.string().optional(),
});

const COLUMNS = `id, name, coalesce(owner_id, owner::text, '') as owner, public, type, file_size_limit,
  allowed_mime_types, created_at, updated_at`;

/** Objects emptied per transaction: one statement over a large bucket would hold up everyone else on PGlite. */
const EMPTY_SLICE = 500;

export interface Buckets {
  /** What the server itself needs to know of a bucket, whoever asks. Throws `NoSuchBucket`. */
  limitsOf(id: string): Promise<BucketRow>;
  create(caller: Caller, bucket: z.infer<typeof NewBucket>): Promise<{ name: string }>;
  list(caller: Caller, query: z.infer<typeof BucketQuery>): Promise<BucketRow[]>;
  get(caller: Caller, id: string): Promise<BucketRow>;
  update(caller: Caller, id: string, change: z.infer<typeof BucketChange>): Promise<{ message: string }>;
  empty(caller: Caller, id: string): Promise<{ message: string }>;
  delete(caller: Caller, id: string): Promise<{ message: string }>;
}

export function createBuckets(database: StorageDatabase, files: ObjectFiles, maxFileBytes: number): Buckets {
  async function get(caller: Caller, id: string): Promise<BucketRow> {
    return asCaller(database, caller, async (tx) => {
      const { rows } = await tx.query<BucketRow>(`select ${COLUMNS} from storage.buckets where id = $1`, [id]);
      if (!rows[0]) throw new StorageError('NoSuchBucket');
      return rows[0];
    });
  }

  return {
    get,
    limitsOf: (id) => get(SERVICE, id),

    async create(caller, bucket) {
      const id = bucket.id ?? bucket.name;
      assertBucketName(id);
      assertBucketName(bucket.name);
      if (bucket.type && bucket.type !== 'STANDARD') refuse(`buckets of the type ${bucket.type}`);
      refuseVersioning(bucket.versioning_status);
      await asCaller(database, caller, (tx) =>
        tx.query(
          `insert into storage.buckets (id, name, owner, owner_id, public, file_size_limit, allowed_mime_types)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [
            id,
            bucket.name,
            ownerUuid(caller),
            caller.ownerId,
            bucket.public ?? false,
            sizeLimitBytes(bucket.file_size_limit, maxFileBytes),
            bucket.allowed_mime_types?.filter((type) => type !== '') ?? null,
          ],
        ),
      );
      return { name: bucket.name };
    },

    list: (caller, { limit, offset, sortColumn, sortOrder, search }) =>
      asCaller(database, caller, async (tx) => {
        const { rows } = await tx.query<BucketRow>(
          `select ${COLUMNS} from storage.buckets where $1::text is null or strpos(lower(name), lower($1)) > 0
           order by ${sortColumn ?? 'name'} ${sortOrder ?? 'asc'} limit $2 offset $3`,
          [search ?? null, limit ?? null, offset ?? 0],
        );
        return rows;
      }),

    async update(caller, id, change) {
      refuseVersioning(change.versioning_status);
      const given = (value: unknown): boolean => value !== undefined;
      await asCaller(database, caller, async (tx) => {
        const { affectedRows } = await tx.query(
          `update storage.buckets set updated_at = now(), public = coalesce($2, public),
             file_size_limit = case when $3 then $4 else file_size_limit end,
             allowed_mime_types = case when $5 then $6 else allowed_mime_types end
           where id = $1`,
          [
            id,
            change.public ?? null,
            given(change.file_size_limit),
            sizeLimitBytes(change.file_size_limit, maxFileBytes),
            given(change.allowed_mime_types),
            change.allowed_mime_types?.filter((type) => type !== '') ?? null,
          ],
        );
        if (!affectedRows) throw new StorageError('NoSuchBucket');
      });
      return { message: 'Successfully updated' };
    },

    async empty(caller, id) {
      await get(caller, id);
      for (;;) {
        const removed = await asCaller(database, caller, async (tx) => {
          const { rows } = await tx.query<{ name: string; version: string }>(
            `delete from storage.objects where id in (select id from storage.objects where bucket_id = $1 limit $2)
             returning name, version`,
            [id, EMPTY_SLICE],
          );
          return rows;
        });
        await files.discard(removed.map((object) => ({ bucketId: id, ...object })));
        if (removed.length === 0) return { message: 'Successfully emptied' };
      }
    },

    async delete(caller, id) {
      await get(caller, id);
      const left = await asCaller(database, SERVICE, (tx) =>
        tx.query('select 1 from storage.objects where bucket_id = $1 limit 1', [id]),
      );
      if (left.rows.length > 0) throw new StorageError('ResourceNotEmpty');
      const { affectedRows } = await asCaller(database, caller, (tx) =>
        tx.query('delete from storage.buckets where id = $1', [id]),
      );
      if (!affectedRows) throw new StorageError('AccessDenied', 'You may not delete this bucket');
      return { message: 'Successfully deleted' };
    },
  };
}

function refuse(feature: string): never {
  throw new StorageError('FeatureNotEnabled', `The embedded storage does not offer ${feature}`);
}

function refuseVersioning(status: string | null | undefined): void {
  if (status && status !== 'DISABLED') refuse('versioned buckets');
}
