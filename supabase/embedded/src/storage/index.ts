import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asCaller, type StorageDatabase } from './as-caller.ts';
import { createBuckets } from './buckets.ts';
import { createTokens, SERVICE } from './caller.ts';
import { createObjectFiles } from './object-files.ts';
import { objectKey } from './object-key.ts';
import { createObjectOperations } from './object-operations.ts';
import { findObject } from './object-rows.ts';
import { createResumable } from './resumable.ts';
import { route } from './routes.ts';
import { createSignedUrls } from './signed-urls.ts';
import { StorageError } from './storage-error.ts';
import { sweepOrphans } from './sweep-orphans.ts';
import { createUploads } from './uploads.ts';

export interface StorageOptions {
  /** With the system schema in place. */
  database: StorageDatabase;
  /** Belongs to this storage alone, and to one process at a time. Made when missing. */
  directory: string;
  /** The secret of the project's HS256 tokens; signs URLs too. */
  jwtSecret: string;
  /** Where `fetch` is mounted, as `/storage/v1`. */
  publicPath: string;
  /** The largest file any bucket may take. Default 5 GiB. */
  maxFileBytes?: number;
  /** Takes failures of the server's own (status 500 and above). Default: a JSON line on standard error. */
  reportError?: (error: StorageError) => void;
}

/** Supabase Storage over PGlite and a directory. Mount `fetch` in a server with a high `maxRequestBodySize`. */
export interface Storage {
  fetch(request: Request): Promise<Response>;
  /** The current version's file, for reading in this process; null when there is no such object. Never write to it. */
  localPath(bucketId: string, objectName: string): Promise<string | null>;
  /** Moves a finished local file in with the service's rights, replacing what has that name. */
  putFile(bucketId: string, objectName: string, localPath: string, contentType: string): Promise<void>;
  /** Resolves when the clean-up after the last run is done; answers how many orphaned files went. */
  swept: Promise<number>;
  stop(): Promise<void>;
}

const DEFAULT_MAX_FILE_BYTES = 5 * 1024 ** 3;
const EXPIRY_CHECK_MILLISECONDS = 60 * 60 * 1000;

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS',
  'access-control-expose-headers': 'content-range, content-length, etag, last-modified, content-disposition',
};

export function createStorage(options: StorageOptions): Storage {
  const {
    database,
    directory,
    jwtSecret,
    publicPath,
    maxFileBytes = DEFAULT_MAX_FILE_BYTES,
    reportError = logError,
  } = options;
  const tokens = createTokens(jwtSecret);
  const files = createObjectFiles(directory);
  const buckets = createBuckets(database, files, maxFileBytes);
  const uploads = createUploads(database, files, buckets, maxFileBytes);
  const objects = createObjectOperations(database, files, buckets, uploads);
  const signedUrls = createSignedUrls(database, tokens);
  const parts = { database, files, buckets, objects, uploads, signedUrls, tokens };
  const resumablePath = `${publicPath}/upload/resumable`;
  const resumable = createResumable({ ...parts, path: resumablePath, maxFileBytes });

  const stopping = new AbortController();
  const swept = cleanUp().catch(reportCleanUp);
  const expiry = setInterval(() => void resumable.deleteExpired().catch(reportCleanUp), EXPIRY_CHECK_MILLISECONDS);
  expiry.unref();

  async function cleanUp(): Promise<number> {
    await removeEarlierRuns(files.incomingDirectory);
    await resumable.deleteExpired();
    return sweepOrphans(database, files, stopping.signal);
  }

  /** Files left over take space and nothing else: no reason to stop. */
  function reportCleanUp(error: unknown): number {
    reportError(new StorageError('InternalError', 'Files left over could not be removed', { cause: error }));
    return 0;
  }

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(`${publicPath}/`)) throw new StorageError('NoSuchRoute');
    if (pathname === resumablePath || pathname.startsWith(`${resumablePath}/`)) return resumable.fetch(request);
    if (request.method === 'OPTIONS') return preflight(request);
    return route(parts, request, pathname.slice(publicPath.length + 1));
  }

  return {
    swept,

    async fetch(request) {
      const response = await answer(request).catch((error: unknown) => {
        // Nobody is there to read the answer, and a broken connection is no failure of ours.
        if (request.signal.aborted) return new Response(null, { status: 499 });
        const known =
          error instanceof StorageError ? error : new StorageError('InternalError', undefined, { cause: error });
        if (known.status >= 500) reportError(known);
        return known.toResponse();
      });
      for (const [name, value] of Object.entries(CORS)) {
        if (!response.headers.has(name)) response.headers.set(name, value);
      }
      return response;
    },

    async localPath(bucketId, objectName) {
      try {
        const object = await asCaller(database, SERVICE, (tx) => findObject(tx, bucketId, objectName.normalize('NFC')));
        const path = files.pathOf({ bucketId, name: object.name, version: object.version });
        return path && (await Bun.file(path).exists()) ? path : null;
      } catch (error) {
        if (error instanceof StorageError && error.code === 'NoSuchKey') return null;
        throw error;
      }
    },

    async putFile(bucketId, objectName, localPath, contentType) {
      await buckets.limitsOf(bucketId);
      const file = {
        bucketId,
        name: objectKey(objectName),
        version: crypto.randomUUID(),
        source: { path: localPath, as: 'share' as const },
        sizeBytes: (await stat(localPath)).size,
        contentType,
        cacheControl: 'max-age=3600',
        userMetadata: null,
      };
      await uploads.finish(SERVICE, file, true);
      await rm(localPath);
    },

    async stop() {
      clearInterval(expiry);
      stopping.abort();
      await swept;
    },
  };
}

/** Half-received bodies of a killed process. */
async function removeEarlierRuns(incomingDirectory: string): Promise<void> {
  await mkdir(incomingDirectory, { recursive: true });
  const root = dirname(incomingDirectory);
  for (const run of await readdir(root)) {
    if (run !== basename(incomingDirectory)) await rm(join(root, run), { recursive: true, force: true });
  }
}

function logError(error: StorageError): void {
  console.error(
    JSON.stringify({
      event: 'storage.failure',
      code: error.code,
      message: error.message,
      cause: Bun.inspect(error.cause),
    }),
  );
}

function preflight(request: Request): Response {
  const wanted = request.headers.get('access-control-request-headers');
  return new Response(null, {
    status: 204,
    headers: {
      ...CORS,
      'access-control-allow-headers': wanted ?? 'authorization, apikey, x-client-info, content-type',
    },
  });
}
