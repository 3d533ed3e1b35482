import { asCaller, assumeRole, type StorageDatabase, type Transaction } from './as-caller.ts';
import { type Caller, SERVICE } from './caller.ts';
import { StorageError } from './storage-error.ts';

/** What the server knows of a stored file, under the names Supabase gives it. */
export interface ObjectMetadata {
  eTag: string;
  size: number;
  mimetype: string;
  cacheControl: string;
  lastModified: string;
  contentLength: number;
  httpStatusCode: number;
  contentEncoding?: string;
}

export interface ObjectRow {
  id: string;
  bucket_id: string;
  name: string;
  owner: string | null;
  owner_id: string | null;
  version: string;
  metadata: ObjectMetadata | null;
  user_metadata: Record<string, unknown> | null;
  created_at: Date;
  updated_at: Date;
  last_accessed_at: Date;
}

/** An object about to be stored. `metadata` is partial while only the right to store it is asked for. */
export interface ObjectDraft {
  bucketId: string;
  name: string;
  version: string;
  metadata: Partial<ObjectMetadata>;
  userMetadata: Record<string, unknown> | null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const OBJECT_COLUMNS =
  'id, bucket_id, name, owner, owner_id, version, metadata, user_metadata, created_at, updated_at, last_accessed_at';

export async function findObject(tx: Transaction, bucketId: string, name: string): Promise<ObjectRow> {
  const { rows } = await tx.query<ObjectRow>(
    `select ${OBJECT_COLUMNS} from storage.objects where bucket_id = $1 and name = $2`,
    [bucketId, name],
  );
  if (!rows[0]) throw new StorageError('NoSuchKey');
  return rows[0];
}

/** Asks the policies before a byte is taken: writes the row and takes it back. */
export async function assertMayStore(
  database: StorageDatabase,
  caller: Caller,
  draft: ObjectDraft,
  upsert: boolean,
): Promise<void> {
  await asCaller(database, caller, async (tx) => {
    await write(tx, caller, draft, upsert);
    await tx.rollback();
  });
}

/**
 * Writes the row as the caller, so that the policies have the last word. Answers its id and the version it replaced,
 * whose file may go now. Without `upsert` an existing object is `KeyAlreadyExists`.
 */
export async function storeRow(
  database: StorageDatabase,
  caller: Caller,
  draft: ObjectDraft,
  upsert: boolean,
): Promise<{ id: string; replacedVersion: string | null }> {
  return asCaller(database, SERVICE, async (tx) => {
    const { rows } = await tx.query<{ version: string | null }>(
      'select version from storage.objects where bucket_id = $1 and name = $2 for update',
      [draft.bucketId, draft.name],
    );
    await assumeRole(tx, caller);
    const id = await write(tx, caller, draft, upsert);
    return { id, replacedVersion: rows[0]?.version ?? null };
  });
}

/** A plain insert must not need the right to read (no `returning`); an upsert needs it in Postgres anyway. */
async function write(tx: Transaction, caller: Caller, draft: ObjectDraft, upsert: boolean): Promise<string> {
  const id = crypto.randomUUID();
  const { rows } = await tx.query<{ id: string }>(
    `insert into storage.objects (id, bucket_id, name, owner, owner_id, version, metadata, user_metadata)
     values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb)
     ${
       upsert
         ? `on conflict (bucket_id, name) do update set owner = excluded.owner, owner_id = excluded.owner_id,
              version = excluded.version, metadata = excluded.metadata, user_metadata = excluded.user_metadata
            returning id`
         : ''
     }`,
    [
      id,
      draft.bucketId,
      draft.name,
      ownerUuid(caller),
      caller.ownerId,
      draft.version,
      JSON.stringify(draft.metadata),
      draft.userMetadata === null ? null : JSON.stringify(draft.userMetadata),
    ],
  );
  return rows[0]?.id ?? id;
}

/** The old `owner` column takes only UUIDs. */
export function ownerUuid(caller: Caller): string | null {
  return caller.ownerId !== null && UUID.test(caller.ownerId) ? caller.ownerId : null;
}
