import { rm } from 'node:fs/promises';
import type { StorageDatabase } from './as-caller.ts';
import { assertTypeAllowed } from './bucket-limits.ts';
import type { Buckets } from './buckets.ts';
import type { Caller } from './caller.ts';
import type { ObjectFiles } from './object-files.ts';
import { assertMayStore, type ObjectMetadata, storeRow } from './object-rows.ts';
import { receiveBody } from './receive-body.ts';
import { StorageError } from './storage-error.ts';
import { assertRoom, roomFor } from './upload-room.ts';

/** A finished local file and everything its row will say about it. */
export interface FinishedFile {
  bucketId: string;
  name: string;
  version: string;
  source: { path: string; as: 'take' | 'share' };
  sizeBytes: number;
  contentType: string;
  cacheControl: string;
  contentEncoding?: string | undefined;
  userMetadata: Record<string, unknown> | null;
}

export interface Uploads {
  /** Takes the body of a plain upload. Answers the object's id. */
  fromRequest(caller: Caller, request: Request, bucketId: string, name: string, upsert: boolean): Promise<string>;
  /** Makes an object of a file already on disk; the replaced version's file goes once the row is committed. */
  finish(caller: Caller, file: FinishedFile, upsert: boolean): Promise<string>;
}

/** The Storage API's placeholder for an empty folder carries no bytes and no meaningful type. */
export const EMPTY_FOLDER = '.emptyFolderPlaceholder';

export function createUploads(
  database: StorageDatabase,
  files: ObjectFiles,
  buckets: Buckets,
  maxFileBytes: number,
): Uploads {
  async function finish(caller: Caller, file: FinishedFile, upsert: boolean): Promise<string> {
    const { bucketId, name, version, userMetadata } = file;
    for (const value of [file.contentType, file.cacheControl, file.contentEncoding ?? '']) assertHeaderValue(value);
    const draft = { bucketId, name, version, userMetadata, metadata: metadataOf(file) };
    const { id, replacedVersion } = await files.adopt(file.source, draft, () =>
      storeRow(database, caller, draft, upsert),
    );
    if (replacedVersion && replacedVersion !== version)
      await files.discard([{ bucketId, name, version: replacedVersion }]);
    return id;
  }

  return {
    finish,

    async fromRequest(caller, request, bucketId, name, upsert) {
      const bucket = await buckets.limitsOf(bucketId);
      const version = crypto.randomUUID();
      await assertMayStore(database, caller, { bucketId, name, version, metadata: {}, userMetadata: null }, upsert);

      const isPlaceholder = name.endsWith(EMPTY_FOLDER);
      const room = await roomFor(database, { bucketId, name });
      if (!isPlaceholder) assertRoom(room, Math.max(1, Number(request.headers.get('content-length') ?? 0)));
      const body = await receiveBody(request, files, {
        maxBytes: isPlaceholder ? 0 : Math.min(bucket.file_size_limit ?? maxFileBytes, maxFileBytes, room ?? Infinity),
        checkType: (contentType) => {
          assertHeaderValue(contentType);
          if (!isPlaceholder) assertTypeAllowed(bucket, contentType);
        },
      });
      try {
        return await finish(
          caller,
          { bucketId, name, version, source: { path: body.path, as: 'take' }, ...body },
          upsert,
        );
      } finally {
        await rm(body.path, { force: true });
      }
    },
  };
}

/** What an uploader says of a file goes out in headers one day. */
export function assertHeaderValue(value: string): void {
  if (!/^[\x20-\x7e]{0,255}$/.test(value))
    throw new StorageError('InvalidRequest', 'Types and cache times are plain ASCII');
}

/** Versions never change, so the version is the strongest entity tag there is, and costs no reading of the file. */
function metadataOf(file: FinishedFile): ObjectMetadata {
  return {
    eTag: `"${file.version.replaceAll('-', '')}"`,
    size: file.sizeBytes,
    mimetype: file.contentType,
    cacheControl: file.cacheControl,
    lastModified: new Date().toISOString(),
    contentLength: file.sizeBytes,
    httpStatusCode: 200,
    ...(file.contentEncoding ? { contentEncoding: file.contentEncoding } : {}),
  };
}
