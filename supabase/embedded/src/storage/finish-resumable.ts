import type { Upload } from '@tus/server';
import type { StorageDatabase } from './as-caller.ts';
import { parseMetadata } from './receive-body.ts';
import { targetOf, type UploadRights, type UploadTarget } from './upload-session.ts';
import type { UploadStore } from './upload-store.ts';
import type { FinishedFile, Uploads } from './uploads.ts';

/**
 * Makes an object of an upload whose bytes are all here. The upload's id is the object's version, so doing it a second
 * time (after a crash, or because the answer got lost) finds that it is done; two at once share one run.
 */
export function createUploadFinisher({
  database,
  store,
  uploads,
}: {
  database: StorageDatabase;
  store: UploadStore;
  uploads: Uploads;
}): (id: string, rightsOf: (target: UploadTarget) => Promise<UploadRights>) => Promise<void> {
  const running = new Map<string, Promise<void>>();

  async function isStored(target: UploadTarget, version: string): Promise<boolean> {
    return database.transaction(async (tx) => {
      const { rows } = await tx.query(
        'select 1 from storage.objects where bucket_id = $1 and name = $2 and version = $3',
        [target.bucketId, target.name, version],
      );
      return rows.length > 0;
    });
  }

  async function finish(id: string, rightsOf: (target: UploadTarget) => Promise<UploadRights>): Promise<void> {
    if (await store.isFinished(id)) return;
    const upload = await store.getUpload(id);
    const target = targetOf(upload.metadata);
    if (!(await isStored(target, id))) {
      const { caller, upsert } = await rightsOf(target);
      await uploads.finish(caller, finishedFile(upload, target, store.pathOf(id)), upsert);
    }
    await store.markFinished(id);
  }

  return (id, rightsOf) => {
    const run = running.get(id) ?? finish(id, rightsOf).finally(() => running.delete(id));
    running.set(id, run);
    return run;
  };
}

function finishedFile(upload: Upload, target: UploadTarget, path: string): FinishedFile {
  const { contentType, cacheControl, contentEncoding, metadata } = upload.metadata ?? {};
  return {
    ...target,
    version: upload.id,
    // Shared, not taken: after a crash before the commit the client still finds its bytes.
    source: { path, as: 'share' },
    sizeBytes: upload.offset,
    contentType: contentType || 'application/octet-stream',
    cacheControl: /^\d+$/.test(cacheControl ?? '') ? `max-age=${cacheControl}` : cacheControl || 'no-cache',
    contentEncoding: contentEncoding ?? undefined,
    userMetadata: parseMetadata(metadata),
  };
}
