import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { FileStore } from '@tus/file-store';
import { ERRORS, Upload } from '@tus/server';
import { z } from 'zod';
import { createChunkCollector } from './collect-chunks.ts';
import { fromDiskError } from './storage-error.ts';

const UploadRecord = z.object({
  id: z.string(),
  size: z.number().optional(),
  offset: z.number(),
  metadata: z.record(z.string(), z.string().nullable()).optional(),
  creation_date: z.string(),
  /** The object exists; only this record is left, so that a client who missed the answer can still ask. */
  finished: z.boolean().optional(),
});
type StoredUpload = Upload & { finished?: boolean | undefined };

/** Unfinished uploads in `directory`: `<id>` holds the bytes so far, `<id>.json` what the client said of them. */
export class UploadStore extends FileStore {
  private readonly records: UploadRecords;

  private readonly wrote = createChunkCollector();

  constructor(directory: string, expiryMilliseconds: number) {
    const records = new UploadRecords(directory);
    super({ directory, configstore: records, expirationPeriodInMilliseconds: expiryMilliseconds });
    this.records = records;
  }

  pathOf(id: string): string {
    return join(this.directory, id);
  }

  override async getUpload(id: string): Promise<Upload> {
    const record = await this.records.get(id);
    if (!record) throw ERRORS.FILE_NOT_FOUND;
    const offset = record.finished ? record.size : await sizeOf(this.pathOf(id));
    if (offset === undefined) throw ERRORS.FILE_NO_LONGER_EXISTS;
    record.offset = offset;
    return record;
  }

  /** Keeps every byte that arrived, also when the connection breaks: the file's size is where the client resumes. */
  override async write(readable: Readable, id: string, offset: number): Promise<number> {
    const file = await open(this.pathOf(id), 'r+');
    let position = offset;
    try {
      for await (const chunk of readable as AsyncIterable<Uint8Array>) {
        let written = 0;
        while (written < chunk.byteLength) {
          const { bytesWritten } = await file.write(chunk, written, chunk.byteLength - written, position);
          written += bytesWritten;
          position += bytesWritten;
        }
        this.wrote(chunk.byteLength);
      }
      // What a client is told is stored must survive a power cut.
      await file.datasync();
      return position;
    } catch (error) {
      throw fromDiskError(error);
    } finally {
      await file.close();
    }
  }

  async isFinished(id: string): Promise<boolean> {
    return (await this.records.get(id))?.finished ?? false;
  }

  /** All bytes are here, but `markFinished` was never called. */
  async isWaitingToFinish(id: string): Promise<boolean> {
    const record = await this.records.get(id);
    if (!record || record.finished || record.size === undefined) return false;
    return (await sizeOf(this.pathOf(id))) === record.size;
  }

  /** Only the record stays, until it expires. */
  async markFinished(id: string): Promise<void> {
    const record = await this.records.get(id);
    if (record) await this.records.set(id, Object.assign(record, { finished: true }));
    await rm(this.pathOf(id), { force: true });
  }

  /** Removes what is older than a day, and bytes whose record was never written. Answers how many uploads went. */
  override async deleteExpired(): Promise<number> {
    const oldest = Date.now() - this.getExpiration();
    let count = 0;
    await mkdir(this.directory, { recursive: true });
    for (const name of await readdir(this.directory)) {
      const id = basename(name, '.json');
      const record = await this.records.get(id);
      const created = record ? Date.parse(record.creation_date ?? '') : await modifiedAt(join(this.directory, name));
      if (created > oldest) continue;
      await rm(this.pathOf(id), { force: true });
      await rm(join(this.directory, `${id}.json`), { force: true });
      if (name.endsWith('.json')) count += 1;
    }
    return count;
  }
}

/** Replaced in one step, so that a killed process never leaves half a record. */
class UploadRecords {
  constructor(private readonly directory: string) {}

  async get(id: string): Promise<StoredUpload | undefined> {
    try {
      const { finished, ...upload } = UploadRecord.parse(JSON.parse(await readFile(this.pathOf(id), 'utf8')));
      return Object.assign(new Upload(upload), { finished });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      // Not ours, or damaged from outside: like no record at all, and swept away after a day.
      if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
      throw error;
    }
  }

  async set(id: string, upload: StoredUpload): Promise<void> {
    const path = this.pathOf(id);
    const { size, offset, metadata, creation_date, finished } = upload;
    await writeFile(`${path}.new`, JSON.stringify({ id, size, offset, metadata, creation_date, finished }), {
      flush: true,
    });
    await rename(`${path}.new`, path);
  }

  async delete(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
  }

  private pathOf(id: string): string {
    return join(this.directory, `${id}.json`);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Now, when the file has just gone. */
async function modifiedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Date.now();
    throw error;
  }
}
