import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asCaller, type StorageDatabase } from './as-caller.ts';
import { SERVICE } from './caller.ts';
import { hash, type ObjectFiles } from './object-files.ts';

/** Files looked up per query; small enough that a sweep of many never holds up the database noticeably. */
const SLICE = 200;
const FILE_NAME = /^([0-9a-f]{40})-([0-9a-f-]{36})$/;

/**
 * Removes what a killed process left: half-received bodies, and files no row points to (placed before their row was
 * committed, or replaced and not yet removed). Answers how many object files went.
 */
export async function sweepOrphans(
  database: StorageDatabase,
  files: ObjectFiles,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  for await (const paths of slices(files.objectsDirectory)) {
    if (signal.aborted) break;
    const known = await currentFiles(
      database,
      paths.map(({ version }) => version),
    );
    for (const { path, key, version } of paths) {
      if (known.has(`${key}-${version}`) || files.isOfThisRun(path)) continue;
      // Not awaited: between the question and the removal no upload may put this very file back.
      rmSync(path, { force: true });
      removed += 1;
    }
  }
  files.forgetThisRun();
  return removed;
}

interface StoredFile {
  path: string;
  key: string;
  version: string;
}

async function* slices(directory: string): AsyncGenerator<StoredFile[], void> {
  let slice: StoredFile[] = [];
  for (const bucket of await entries(directory)) {
    for (const fan of await entries(join(directory, bucket))) {
      for (const name of await entries(join(directory, bucket, fan))) {
        const match = FILE_NAME.exec(name);
        if (match)
          slice.push({ path: join(directory, bucket, fan, name), key: `${bucket}/${match[1]}`, version: match[2]! });
        if (slice.length >= SLICE) {
          yield slice;
          slice = [];
        }
      }
    }
  }
  if (slice.length > 0) yield slice;
}

async function entries(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function currentFiles(database: StorageDatabase, versions: string[]): Promise<Set<string>> {
  const { rows } = await asCaller(database, SERVICE, (tx) =>
    tx.query<{ bucket_id: string; name: string; version: string }>(
      'select bucket_id, name, version from storage.objects where version = any($1::text[])',
      [versions],
    ),
  );
  return new Set(rows.map((row) => `${hash(row.bucket_id).slice(0, 16)}/${hash(row.name)}-${row.version}`));
}
