import { MEDIA_BUCKET, NexusError } from '@nexus/shared/platform';
import type { MediaStore } from '@nexus/worker';

/** The embedded storage as the worker in the same process uses it: files are read in place and moved in, never copied. */
export interface EmbeddedStorage {
  localPath(bucketId: string, objectName: string): Promise<string | null>;
  putFile(bucketId: string, objectName: string, localPath: string, contentType: string): Promise<void>;
}

export function embeddedMediaStore(storage: EmbeddedStorage): MediaStore {
  return {
    async openLocal(objectPath) {
      const path = await storage.localPath(MEDIA_BUCKET, objectPath);
      if (!path) throw new NexusError('not-found', 'The file is not there (any more).');
      return path;
    },
    put: (objectPath, localPath, contentType) => storage.putFile(MEDIA_BUCKET, objectPath, localPath, contentType),
  };
}
