import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MEDIA_BUCKET, NexusError } from '@nexus/shared/platform';

/** Files of the archive as paths on this machine. Paths inside the store are object names in the bucket `media`. */
export interface MediaStore {
  /** Where the object can be read; downloaded into `directory` when it is not on this machine. Never write to it. */
  openLocal(objectPath: string, directory: string, signal: AbortSignal): Promise<string>;
  /** Stores a finished local file, replacing what was there. The local file may be moved away. */
  put(objectPath: string, localPath: string, contentType: string): Promise<void>;
}

export interface RemoteStorageOptions {
  supabaseUrl: string;
  serviceKey: string;
}

/** Over the network, for workers that do not share a disk with Supabase Storage. */
export function remoteMediaStore({ supabaseUrl, serviceKey }: RemoteStorageOptions): MediaStore {
  const objects = `${supabaseUrl.replace(/\/+$/, '')}/storage/v1/object`;
  const headers = { authorization: `Bearer ${serviceKey}`, apikey: serviceKey };
  const address = (kind: string, objectPath: string) =>
    `${objects}${kind}/${MEDIA_BUCKET}/${objectPath.split('/').map(encodeURIComponent).join('/')}`;

  return {
    async openLocal(objectPath, directory, signal) {
      const target = join(directory, `stored-${basename(objectPath)}`);
      const response = await fetch(address('/authenticated', objectPath), { headers, signal });
      if (!response.ok) throw refusal(response, 'read');
      try {
        await Bun.write(target, response);
      } catch (error) {
        await rm(target, { force: true });
        throw new NexusError('upstream-down', 'The file storage broke off. It is tried again.', { cause: error });
      }
      return target;
    },

    async put(objectPath, localPath, contentType) {
      const response = await fetch(address('', objectPath), {
        method: 'POST',
        headers: { ...headers, 'content-type': contentType, 'x-upsert': 'true', 'cache-control': 'max-age=31536000' },
        body: Bun.file(localPath),
      });
      if (!response.ok) throw refusal(response, 'write');
    },
  };
}

function refusal(response: Response, verb: string): NexusError {
  if (response.status === 404 || response.status === 400)
    return new NexusError('not-found', 'The file is not there (any more).');
  if (response.status >= 500)
    return new NexusError('upstream-down', 'The file storage does not answer. It is tried again.');
  return new NexusError('upstream-refused', `The file storage refused to ${verb} a file (${response.status}).`);
}
