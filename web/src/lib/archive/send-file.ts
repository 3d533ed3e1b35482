import type { Upload } from '@nexus/shared/archive';
import type { DetailedError } from 'tus-js-client';
import { type Api, ApiProblem } from '#lib/platform/api.ts';
import type { InterruptedUploads } from './interrupted-uploads.ts';

/** Supabase takes parts of exactly this size, the last one excepted. */
const PART_BYTES = 6 * 1024 * 1024;
/** Long enough to outlast a restart of the server or a tunnel on a train. */
const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];

export interface Sending {
  /** Resolves with the stored object's path; rejects when the server refuses or `abort` was called. */
  done: Promise<string>;
  pause(): Promise<void>;
  resume(): void;
  abort(): Promise<void>;
}

export interface SendOptions {
  api: Api;
  supabaseUrl: string;
  interrupted: InterruptedUploads;
  onProgress: (sentBytes: number) => void;
}

/** What the server said, in its own words, when it refused for want of room. */
function problemOf(error: Error | DetailedError): Error {
  const answer = 'originalResponse' in error ? error.originalResponse : null;
  if (answer?.getStatus() !== 413) return error;
  const isQuota = answer.getBody().includes('quota-exceeded');
  return new ApiProblem(413, isQuota ? 'quota-exceeded' : 'too-large', error.message);
}

/** Uploads one file by TUS, going on with an earlier attempt when there is one. */
export async function sendFile(file: File, options: SendOptions): Promise<Sending> {
  const earlier = options.interrupted.find(file);
  const [{ Upload: TusUpload }, upload] = await Promise.all([
    import('tus-js-client'),
    earlier?.upload ?? options.api.post<Upload>('/media/uploads', { name: file.name, sizeBytes: file.size }),
  ]);
  let settle: { resolve: (path: string) => void; reject: (error: unknown) => void };
  const done = new Promise<string>((resolve, reject) => (settle = { resolve, reject }));

  const tus = new TusUpload(file, {
    endpoint: options.supabaseUrl + upload.resumableUrl,
    uploadUrl: earlier?.tusUrl ?? null,
    headers: { 'x-signature': upload.token },
    metadata: {
      bucketName: upload.bucket,
      objectName: upload.path,
      contentType: file.type || 'application/octet-stream',
    },
    chunkSize: PART_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    storeFingerprintForResuming: false,
    onUploadUrlAvailable: () => {
      if (tus.url) options.interrupted.remember(file, upload, tus.url);
    },
    onProgress: options.onProgress,
    onSuccess: () => {
      options.interrupted.forget(file);
      settle.resolve(upload.path);
    },
    onError: (error) => {
      // A refusal is final for this attempt's signature and address; only a broken connection is worth keeping them for.
      if ('originalResponse' in error && error.originalResponse) options.interrupted.forget(file);
      settle.reject(problemOf(error));
    },
  });
  tus.start();

  return {
    done,
    pause: () => tus.abort(),
    resume: () => tus.start(),
    abort: async () => {
      options.interrupted.forget(file);
      settle.reject(new DOMException('The upload was canceled', 'AbortError'));
      // Each frees what it can: bytes on the server, and the room they hold. What fails is swept away after a day.
      await Promise.allSettled([tus.abort(true), options.api.delete('/media/uploads', { path: upload.path })]);
    },
  };
}
