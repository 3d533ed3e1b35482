import { Metadata, Server, type Upload } from '@tus/server';
import type { StorageDatabase } from './as-caller.ts';
import { assertTypeAllowed } from './bucket-limits.ts';
import type { Buckets } from './buckets.ts';
import type { Tokens } from './caller.ts';
import { createUploadFinisher } from './finish-resumable.ts';
import type { ObjectFiles } from './object-files.ts';
import { assertMayStore } from './object-rows.ts';
import type { SignedUrls } from './signed-urls.ts';
import { fromDiskError, StorageError } from './storage-error.ts';
import { createUploadLocks } from './upload-locks.ts';
import { targetOf, uploadRights, type UploadSession, type UploadTarget } from './upload-session.ts';
import { UploadStore } from './upload-store.ts';
import { assertRoom, roomFor } from './upload-room.ts';
import { assertHeaderValue, EMPTY_FOLDER, type Uploads } from './uploads.ts';

const METHODS = new Set(['OPTIONS', 'POST', 'HEAD', 'PATCH', 'DELETE']);
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const UPLOAD_ID = /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/;

export interface Resumable {
  /** Speaks TUS 1.0.0 (creation, with upload, deferred length, termination, expiration) as Supabase does. */
  fetch(request: Request): Promise<Response>;
  deleteExpired(): Promise<number>;
}

export interface ResumableParts {
  database: StorageDatabase;
  files: ObjectFiles;
  buckets: Buckets;
  uploads: Uploads;
  signedUrls: SignedUrls;
  tokens: Tokens;
  /** Where it is mounted, as `/storage/v1/upload/resumable`. */
  path: string;
  maxFileBytes: number;
}

export function createResumable(parts: ResumableParts): Resumable {
  const { database, files, buckets, uploads, signedUrls, tokens, path, maxFileBytes } = parts;
  const store = new UploadStore(files.resumableDirectory, DAY_MILLISECONDS);
  const sessions = new WeakMap<object, UploadSession>();
  const rightsOf = (request: object, target: UploadTarget) => uploadRights(signedUrls, sessions.get(request), target);
  const finish = createUploadFinisher({ database, store, uploads });

  async function authorise(request: object, metadata: Upload['metadata'], version: string): Promise<void> {
    const target = targetOf(metadata);
    const { caller, upsert } = await rightsOf(request, target);
    await buckets.limitsOf(target.bucketId);
    await assertMayStore(database, caller, { ...target, version, metadata: {}, userMetadata: null }, upsert);
  }

  async function maxBytesOf(metadata: Upload['metadata']): Promise<number> {
    const { bucketId, name } = targetOf(metadata);
    const bucket = await buckets.limitsOf(bucketId);
    if (name.endsWith(EMPTY_FOLDER)) return 1;
    return Math.min(bucket.file_size_limit ?? maxFileBytes, maxFileBytes);
  }

  /** What was announced is more than there is room for: refused before more bytes come, and those that came go. */
  async function refuseBeyond(
    room: number | null,
    request: { method: string; headers: Headers },
    id: string | null,
  ): Promise<void> {
    const announced =
      request.method === 'POST' ? Number(request.headers.get('upload-length') ?? 0) : await announcedSize(id ?? '');
    try {
      assertRoom(room, announced);
    } catch (error) {
      if (request.method === 'PATCH' && id) await store.remove(id);
      throw error;
    }
  }

  /** Of an upload whose length is not known yet, what has arrived and one byte more. */
  async function announcedSize(id: string): Promise<number> {
    const { size, offset } = await store.getUpload(id);
    return size ?? offset + 1;
  }

  const server = new Server({
    path,
    datastore: store,
    locker: createUploadLocks(),
    // How long a stalled connection may go on once its client came back on another one.
    lockDrainTimeout: 1000,
    disableTerminationForFinishedUploads: true,
    allowedHeaders: ['Authorization', 'X-Upsert', 'Upload-Expires', 'ApiKey', 'X-Signature', 'X-Client-Info'],
    namingFunction: () => crypto.randomUUID(),
    getFileIdFromRequest: (request) => idOf(request.url),
    // Relative to the origin: right behind any proxy, whatever scheme and host it was asked under.
    generateUrl: (request, { path: root, id }) => `${root}${sessions.get(request)?.isSigned ? '/sign' : ''}/${id}`,
    maxSize: async (request, id) => {
      const metadata = await metadataOf(request, id);
      const room = await roomFor(database, targetOf(metadata));
      await refuseBeyond(room, request, id);
      return Math.min(await maxBytesOf(metadata), room ?? Infinity);
    },

    async onIncomingRequest(request, id) {
      if (request.method !== 'HEAD') await authorise(request, await metadataOf(request, id), id);
    },

    async onUploadCreate(_request, upload) {
      const { bucketId, name } = targetOf(upload.metadata);
      const contentType = upload.metadata?.contentType;
      for (const value of [contentType, upload.metadata?.cacheControl, upload.metadata?.contentEncoding])
        assertHeaderValue(value ?? '');
      if (!name.endsWith(EMPTY_FOLDER))
        assertTypeAllowed(await buckets.limitsOf(bucketId), contentType || 'application/octet-stream');
      return {};
    },

    async onUploadFinish(request, upload) {
      await finish(upload.id, (target) => rightsOf(request, target));
      return { headers: { 'Tus-Complete': '1' } };
    },

    onResponseError(_request, error) {
      const known = fromDiskError(error);
      if (!(known instanceof StorageError)) return undefined;
      if (known.code !== 'QuotaExceeded') return { status_code: known.status, body: known.message };
      const body = { code: 'quota-exceeded', status: known.status, detail: known.message };
      return { status_code: known.status, body: JSON.stringify(body) };
    },
  });

  /** From the header while the upload is being created, from its record afterwards. */
  async function metadataOf(
    request: { method: string; headers: Headers },
    id: string | null,
  ): Promise<Upload['metadata']> {
    if (request.method === 'POST') return Metadata.parse(request.headers.get('upload-metadata') ?? undefined);
    return (await store.getUpload(id ?? '')).metadata;
  }

  return {
    deleteExpired: () => store.deleteExpired(),

    async fetch(request) {
      // Anything else is no part of the protocol; `@tus/server` would answer a GET with the bytes, whoever asks.
      if (!METHODS.has(request.method)) throw new StorageError('NoSuchRoute');

      const isSigned = new URL(request.url).pathname.startsWith(`${path}/sign`);
      const isOpen = request.method === 'OPTIONS';
      sessions.set(request, {
        caller: isOpen || isSigned ? null : await tokens.callerOf(request),
        signature: request.headers.get('x-signature'),
        isSigned,
        upsert: request.headers.get('x-upsert') === 'true',
      });

      // All bytes are here but the object is not (a crash, a passing failure): a client that asks would take it for done.
      const id = idOf(request.url);
      if (id && request.method === 'HEAD' && (await store.isWaitingToFinish(id))) {
        try {
          await finish(id, (target) => rightsOf(request, target));
        } catch (error) {
          if (error instanceof StorageError) return new Response(null, { status: error.status });
          throw error;
        }
      }
      return server.handleWeb(request);
    },
  };
}

function idOf(url: string): string | undefined {
  return UPLOAD_ID.exec(new URL(url).pathname)?.[1];
}
