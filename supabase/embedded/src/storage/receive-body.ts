import { rm } from 'node:fs/promises';
import { readMultipart } from './multipart.ts';
import type { ObjectFiles } from './object-files.ts';
import { StorageError } from './storage-error.ts';

export interface BodyLimits {
  maxBytes: number;
  /** Throws when the bucket does not take this type; called before any byte is stored. */
  checkType: (contentType: string) => void;
}

/** A body on disk, not yet an object. The caller moves or removes `path`. */
export interface ReceivedBody {
  path: string;
  sizeBytes: number;
  contentType: string;
  cacheControl: string;
  contentEncoding: string | undefined;
  userMetadata: Record<string, unknown> | null;
}

/** Supabase's limit on what an uploader may say about a file, and ours on everything else read into memory. */
const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_FIELDS = 10;

/** Stores the body of an upload: a form (a file and its fields, any order) or the raw bytes with headers. */
export function receiveBody(request: Request, files: ObjectFiles, limits: BodyLimits): Promise<ReceivedBody> {
  const contentType = request.headers.get('content-type') ?? '';
  return contentType.toLowerCase().startsWith('multipart/form-data')
    ? receiveForm(request, contentType, files, limits)
    : receiveRaw(request, contentType || 'application/octet-stream', files, limits);
}

async function receiveRaw(
  request: Request,
  contentType: string,
  files: ObjectFiles,
  { maxBytes, checkType }: BodyLimits,
): Promise<ReceivedBody> {
  checkType(contentType);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw new StorageError('EntityTooLarge');

  const metadata = request.headers.get('x-metadata');
  return {
    ...(await files.receive(request.body ?? noBytes(), maxBytes)),
    contentType,
    cacheControl: request.headers.get('cache-control') ?? 'no-cache',
    contentEncoding: request.headers.get('content-encoding') ?? undefined,
    userMetadata: parseMetadata(metadata === null ? undefined : Buffer.from(metadata, 'base64').toString('utf8')),
  };
}

async function receiveForm(
  request: Request,
  formType: string,
  files: ObjectFiles,
  { maxBytes, checkType }: BodyLimits,
): Promise<ReceivedBody> {
  const fields = new Map<string, string>();
  let file: { path: string; sizeBytes: number; contentType: string } | undefined;

  try {
    for await (const part of readMultipart(request.body ?? noBytes(), formType)) {
      if (part.filename === undefined) {
        if (fields.size === MAX_FIELDS) throw new StorageError('InvalidRequest', 'The form has too many fields');
        fields.set(part.name, await readText(part.content));
      } else if (!file) {
        const contentType = fields.get('contentType') ?? part.contentType ?? 'application/octet-stream';
        checkType(contentType);
        file = { ...(await files.receive(part.content, maxBytes)), contentType };
      }
    }
  } catch (error) {
    if (file) await rm(file.path, { force: true });
    throw error;
  }
  if (!file) throw new StorageError('InvalidRequest', 'No content provided');

  const cacheSeconds = fields.get('cacheControl');
  return {
    ...file,
    cacheControl: cacheSeconds ? `max-age=${cacheSeconds}` : 'no-cache',
    contentEncoding: fields.get('contentEncoding'),
    userMetadata: parseMetadata(fields.get('metadata') ?? fields.get('userMetadata')),
  };
}

/** Text of at most 1 MiB. */
export async function readText(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of content) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > MAX_TEXT_BYTES) throw new StorageError('EntityTooLarge', 'The request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Metadata that is no JSON object is ignored, as Supabase does: the file matters more. */
export function parseMetadata(json: string | undefined | null): Record<string, unknown> | null {
  if (!json) return null;
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export async function* noBytes(): AsyncGenerator<Uint8Array, void> {}
