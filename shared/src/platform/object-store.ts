import { StorageApiError, StorageClient, type StorageError } from '@supabase/storage-js';
import { NexusError } from './errors.ts';
import type { ObjectStore } from './ports.ts';

/** Where all files of all organisations are; the first folder of a path is the organisation's id. */
export const MEDIA_BUCKET = 'media';

export interface ObjectStoreOptions {
  supabaseUrl: string;
  /** The service's key: verbs have checked the caller's right to the row before a file is touched. */
  serviceKey: string;
  /** In one process with the embedded stack, its own request handler: no socket between them. */
  fetch?: typeof fetch;
}

/** The storage port over Supabase Storage. Throws `upstream-down` when the service does not answer, `upstream-refused` when it refuses. */
export function createObjectStore({ supabaseUrl, serviceKey, fetch }: ObjectStoreOptions): ObjectStore {
  const base = supabaseUrl.replace(/\/+$/, '');
  const client = new StorageClient(
    `${base}/storage/v1`,
    { apikey: serviceKey, authorization: `Bearer ${serviceKey}` },
    fetch,
  );
  const bucket = client.from(MEDIA_BUCKET);

  return {
    async signUpload(path) {
      const { data, error } = await bucket.createSignedUploadUrl(path);
      if (error) throw problemOf(error);
      return { token: data.token };
    },

    async signDownload(path, { expiresSeconds, downloadName }) {
      const { data, error } = await bucket.createSignedUrl(path, expiresSeconds, {
        ...(downloadName !== undefined && { download: downloadName }),
      });
      if (error) throw problemOf(error);
      return data.signedUrl.slice(base.length);
    },

    async stat(path) {
      const { data, error } = await bucket.info(path);
      if (error) {
        if (isMissing(error)) return null;
        throw problemOf(error);
      }
      return { sizeBytes: data.size ?? 0, contentType: data.contentType ?? 'application/octet-stream' };
    },

    async put(path, bytes, contentType) {
      const { error } = await bucket.upload(path, bytes, { contentType, upsert: true });
      if (error) throw problemOf(error);
    },

    async removeAll(prefix) {
      await removeFolder(bucket, prefix.replace(/\/+$/, ''));
    },
  };
}

type Bucket = ReturnType<StorageClient['from']>;

/** Storage lists and removes at most 1,000 objects a call. What was removed is gone from the next list. */
const PAGE = 1000;

async function removeFolder(bucket: Bucket, folder: string): Promise<void> {
  for (;;) {
    const { data, error } = await bucket.list(folder, { limit: PAGE });
    if (error) throw problemOf(error);
    // A folder is an entry without an id; it disappears with its last object.
    for (const entry of data.filter(({ id }) => id === null)) await removeFolder(bucket, `${folder}/${entry.name}`);

    const paths = data.filter(({ id }) => id !== null).map(({ name }) => `${folder}/${name}`);
    if (paths.length > 0) {
      const removal = await bucket.remove(paths);
      if (removal.error) throw problemOf(removal.error);
      // Going on would list the same files for ever.
      if (removal.data.length === 0)
        throw new NexusError('upstream-refused', 'The file storage keeps files it was told to remove.');
    }
    if (data.length < PAGE) return;
  }
}

/** Supabase answers 400 with `statusCode: "404"` and newer versions 404, both for an object that is not there. */
function isMissing(error: StorageError): boolean {
  return (
    error instanceof StorageApiError &&
    (error.status === 404 || error.statusCode === '404' || error.code === 'NoSuchKey')
  );
}

function problemOf(error: StorageError): NexusError {
  if (isMissing(error)) return new NexusError('not-found', 'The file is not there (any more).', { cause: error });
  if (error instanceof StorageApiError && error.status < 500) {
    return new NexusError('upstream-refused', 'The file storage refused the request.', { cause: error });
  }
  return new NexusError('upstream-down', 'The file storage does not answer. Try again in a moment.', {
    cause: error,
    retryAfterSeconds: 5,
  });
}
