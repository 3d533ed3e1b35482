import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createChunkCollector } from './collect-chunks.ts';
import { fromDiskError, StorageError } from './storage-error.ts';

/** Names one version of one object; versions are UUIDs the server makes. */
interface ObjectAddress {
  bucketId: string;
  name: string;
  version: string;
}

const VERSION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The files behind the rows. Everything stays under `directory`; no part of a path is ever a name someone chose. */
export interface ObjectFiles {
  readonly objectsDirectory: string;
  readonly resumableDirectory: string;
  /** Of this run alone; what earlier runs left beside it can go. */
  readonly incomingDirectory: string;
  /** Null when the version is none the server made (a row written by hand). */
  pathOf(address: ObjectAddress): string | null;
  /** Writes a body to a temporary file, synced. Throws `EntityTooLarge` as soon as one byte too many arrives. */
  receive(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<{ path: string; sizeBytes: number }>;
  /**
   * Puts a synced file at its address, then commits its row; if that fails the file goes again. `take` gives the source
   * away, `share` leaves it where it is (a hard link, since stored files never change; a copy where links do not exist).
   */
  adopt<Result>(
    source: { path: string; as: 'take' | 'share' },
    address: ObjectAddress,
    commit: () => Promise<Result>,
  ): Promise<Result>;
  discard(addresses: ObjectAddress[]): Promise<void>;
  /** Placed since this run began: the sweep after the last run must leave it, whether its row is committed or not. */
  isOfThisRun(path: string): boolean;
  /** The sweep is done; `isOfThisRun` need not be known any longer. */
  forgetThisRun(): void;
}

export function createObjectFiles(directory: string): ObjectFiles {
  const objectsDirectory = join(directory, 'objects');
  const incomingDirectory = join(directory, 'incoming', crypto.randomUUID());
  let placedInThisRun: Set<string> | null = new Set<string>();
  const wrote = createChunkCollector();

  function pathOf({ bucketId, name, version }: ObjectAddress): string | null {
    if (!VERSION.test(version)) return null;
    const key = hash(name);
    return join(objectsDirectory, hash(bucketId).slice(0, 16), key.slice(0, 2), `${key}-${version}`);
  }

  return {
    objectsDirectory,
    resumableDirectory: join(directory, 'resumable'),
    incomingDirectory,
    pathOf,

    async receive(body, maxBytes) {
      await mkdir(incomingDirectory, { recursive: true });
      const path = join(incomingDirectory, crypto.randomUUID());
      const file = await open(path, 'wx');
      try {
        let sizeBytes = 0;
        for await (const chunk of body) {
          sizeBytes += chunk.byteLength;
          if (sizeBytes > maxBytes) throw new StorageError('EntityTooLarge');
          await file.writeFile(chunk);
          wrote(chunk.byteLength);
        }
        await file.datasync();
        return { path, sizeBytes };
      } catch (error) {
        await rm(path, { force: true });
        throw fromDiskError(error);
      } finally {
        await file.close();
      }
    },

    async adopt(source, address, commit) {
      const path = pathOf(address);
      if (!path) throw new StorageError('InternalError');
      placedInThisRun?.add(path);
      try {
        await place(source, path);
        return await commit();
      } catch (error) {
        await rm(path, { force: true });
        throw fromDiskError(error);
      }
    },

    async discard(addresses) {
      for (const path of addresses.map(pathOf)) {
        if (path) await rm(path, { force: true });
      }
    },

    isOfThisRun: (path) => placedInThisRun?.has(path) ?? true,

    forgetThisRun() {
      placedInThisRun = null;
    },
  };
}

/** The part of a stored file's name that ties it to its object. */
export function hash(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 40);
}

async function place(source: { path: string; as: 'take' | 'share' }, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // A resumable upload killed before its commit may have been placed already, under the same version.
  await rm(path, { force: true });
  if (source.as === 'take') await rename(source.path, path);
  else if (!(await tryLink(source.path, path))) await copyFile(source.path, path);
  await syncPath(path);
  await syncPath(dirname(path));
}

/** False where the file system has no hard links or the source lies on another one. */
async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // Replaced or removed since its row was read, or never there: a row may be written by hand.
    if (code === 'ENOENT') throw new StorageError('NoSuchKey', undefined, { cause: error });
    if (['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS'].includes(code)) return false;
    throw error;
  }
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
