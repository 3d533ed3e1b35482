import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Upload } from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import { Upload as TusUpload } from 'tus-js-client';
import type { ApiClient } from '../platform/api-client.ts';

/** Supabase takes resumable uploads in parts of exactly this size. */
const PART_BYTES = 6 * 1024 * 1024;

/** Sends one file in parts, going on where a broken connection stopped. Answers its path in the store. */
export async function uploadFile(
  client: ApiClient,
  path: string,
  onProgress: (fraction: number) => void,
): Promise<string> {
  const { size: sizeBytes } = await statFile(path);
  const upload = await client.request('POST', '/media/uploads', Upload, { name: basename(path), sizeBytes });
  await new Promise<void>((done, failed) => {
    new TusUpload(createReadStream(path), {
      endpoint: `${client.url}${upload.resumableUrl}`,
      uploadSize: sizeBytes,
      chunkSize: PART_BYTES,
      retryDelays: [0, 1000, 3000, 10_000],
      headers: { 'x-signature': upload.token },
      metadata: { bucketName: upload.bucket, objectName: upload.path, contentType: 'application/octet-stream' },
      onProgress: (sent, total) => onProgress(sent / Math.max(1, total)),
      onSuccess: () => done(),
      onError: (error) =>
        failed(
          new NexusError(
            'upstream-down',
            `${basename(path)} could not be sent. Try again; what was sent is not lost for a day.`,
            { cause: error },
          ),
        ),
    }).start();
  });
  return upload.path;
}

async function statFile(path: string) {
  try {
    const found = await stat(path);
    if (found.isFile()) return found;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG'].includes(code)) throw error;
  }
  throw new NexusError('not-found', `There is no file at ${path}.`);
}
