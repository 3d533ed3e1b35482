import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { NexusError } from '@nexus/shared/platform';
import { ZipFile } from 'yazl';

export interface ArchiveWriter {
  addText(name: string, text: string): void;
  /** A file that stays where it is until `close` has ended. Media do not shrink, so they are stored as they are. */
  addFile(name: string, localPath: string): Promise<void>;
  /** Bytes added so far, before compression. */
  readonly bytes: number;
  close(): Promise<{ sizeBytes: number }>;
}

const STORED = /\.(mp3|m4a|m4b|aac|ogg|oga|opus|flac|mp4|m4v|mov|mkv|webm|avi|jpe?g|png|webp|pdf|docx|zip)$/i;

/** Writes a ZIP (with ZIP64 where it is needed) as its entries come. `no-space` when the disk is full. */
export function openArchiveWriter(path: string, signal: AbortSignal): ArchiveWriter {
  const zip = new ZipFile();
  let bytes = 0;
  const written = pipeline(zip.outputStream, createWriteStream(path), { signal });
  // Met in `close`; unmet until then it would end the process.
  written.catch(() => undefined);

  return {
    addText(name, text) {
      const content = Buffer.from(text);
      bytes += content.byteLength;
      zip.addBuffer(content, name);
    },
    async addFile(name, localPath) {
      bytes += (await stat(localPath)).size;
      zip.addFile(localPath, name, { compress: !STORED.test(name) });
    },
    get bytes() {
      return bytes;
    },
    async close() {
      zip.end();
      try {
        await written;
      } catch (error) {
        signal.throwIfAborted();
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
          throw new NexusError('no-space', 'The disk is full. An export needs room for everything once more.', {
            cause: error,
          });
        throw error;
      }
      return { sizeBytes: (await stat(path)).size };
    },
  };
}
