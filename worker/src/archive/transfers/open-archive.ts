import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { z } from 'zod';

/** Words of the longest recordings are about 20 MB; nothing that is read into memory may unfold into more than this. */
const MOST_JSON_BYTES = 256 * 1024 ** 2;

export interface OpenArchive extends AsyncDisposable {
  has(name: string): boolean;
  sizeOf(name: string): number;
  readJson<Value>(name: string, schema: z.ZodType<Value>): Promise<Value>;
  /** Writes an entry to a file. */
  extract(name: string, toPath: string, signal: AbortSignal): Promise<void>;
}

/** Opens a ZIP. `unreadable-media` for one that is cut off, or none at all. */
export async function openArchive(path: string): Promise<OpenArchive> {
  let zip: ZipFile;
  const entries = new Map<string, Entry>();
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  } catch (error) {
    throw damaged(error);
  }
  const find = (name: string): Entry => {
    const entry = entries.get(name);
    if (!entry) throw new NexusError('unreadable-media', `The export is not complete: ${name} is missing.`);
    return entry;
  };

  return {
    has: (name) => entries.has(name),
    sizeOf: (name) => find(name).uncompressedSize,
    async readJson(name, schema) {
      const entry = find(name);
      if (entry.uncompressedSize > MOST_JSON_BYTES)
        throw new NexusError('too-large', `${name} in the export is larger than an archive of Nexus ever is.`);
      const text = await readText(zip, entry);
      return parseJson(text, name, schema);
    },
    async extract(name, toPath, signal) {
      try {
        await pipeline(await zip.openReadStreamPromise(find(name)), createWriteStream(toPath), { signal });
      } catch (error) {
        signal.throwIfAborted();
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
          throw new NexusError('no-space', 'The disk is full.', { cause: error });
        throw isProblem(error) ? error : damaged(error);
      }
    },
    async [Symbol.asyncDispose]() {
      zip.close();
    },
  };
}

async function readText(zip: ZipFile, entry: Entry): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    throw damaged(error);
  }
}

function parseJson<Value>(text: string, name: string, schema: z.ZodType<Value>): Value {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    throw new NexusError('unreadable-media', `${name} in the export is damaged.`, { cause: error });
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue ? ` (${issue.path.join('.')}: ${issue.message})` : '';
  throw new NexusError('unreadable-media', `${name} in the export is not as Nexus writes it${where}.`, {
    cause: parsed.error,
  });
}

/** yauzl has one class of error for every way a ZIP can be broken. */
const damaged = (error: unknown): NexusError =>
  new NexusError('unreadable-media', 'The file is cut off or damaged: it is no whole ZIP. Download or copy it again.', {
    cause: error,
  });
